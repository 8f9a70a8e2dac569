using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>
/// Clients that ask without a pause: half on connections that they keep for as long as the answers allow, half on a new connection each time. Whatever is not a 200 is a failure.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int ClientsOfEachKind = 6;

    private readonly int _port;
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly List<Task> _clients = [];
    private int _answers;
    private volatile bool _isOver;

    public SteadyLoad(int port)
    {
        _port = port;
        for (var i = 0; i < ClientsOfEachKind; i++)
        {
            _clients.Add(Task.Run(() => AskAsync(keeps: true)));
            _clients.Add(Task.Run(() => AskAsync(keeps: false)));
        }
    }

    public int Answers => Volatile.Read(ref _answers);

    public IReadOnlyList<string> Failures => [.. _failures];

    /// <summary>Waits for so many answers from now on.</summary>
    public Task MoreAsync(int count)
    {
        var from = Answers;
        return Eventually.True(() => Answers >= from + count || !_failures.IsEmpty, "answers");
    }

    /// <summary>Lets each client finish its request.</summary>
    public async Task EndAsync()
    {
        _isOver = true;
        await Task.WhenAll(_clients).Within(what: "the clients to end");
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task AskAsync(bool keeps)
    {
        TestClient? client = null;
        try
        {
            while (!_isOver)
            {
                client ??= await TestClient.ConnectAsync(_port);
                var response = await client.GetAsync();
                if (response.Status != 200)
                    throw new InvalidOperationException($"status {response.Status}: {response.Text}");
                Interlocked.Increment(ref _answers);
                if (keeps && response["Connection"] is null)
                    continue;
                await client.DisposeAsync();
                client = null;
            }
        }
        catch (Exception failure)
        {
            _failures.Enqueue($"{(keeps ? "kept" : "new")} connection after {Answers} answers: {failure.Message}");
        }
        finally
        {
            if (client is not null)
                await client.DisposeAsync();
        }
    }
}
