using System.Collections.Generic;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>Requests one after the other.</summary>
internal static class Ask
{
    /// <summary>The statuses of so many requests on one connection.</summary>
    public static async Task<IReadOnlyList<int>> StatusesAsync(int port, int count)
    {
        await using var client = await TestClient.ConnectAsync(port);
        var statuses = new List<int>();
        for (var i = 0; i < count; i++)
            statuses.Add((await client.GetAsync()).Status);
        return statuses;
    }

    /// <summary>The status of one request on a connection of its own.</summary>
    public static async Task<int> StatusAsync(int port) => (await StatusesAsync(port, 1))[0];
}
