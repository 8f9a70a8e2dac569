using System.Collections.Immutable;
using System.Net.Http;

namespace Fairlead.HttpClients;

/// <summary>
/// The backends one request has been sent to, the latest last. It travels in the request's options, so that a handler above which tries again needs to know nothing of it, and is
/// shared by copies of the request that run at once (hedging).
/// </summary>
internal sealed class Attempts
{
    private static readonly HttpRequestOptionsKey<Attempts> _key = new("Fairlead.Attempts");

    private ImmutableList<BackendState> _tried = [];

    public ImmutableList<BackendState> Tried => System.Threading.Volatile.Read(ref _tried);

    public static Attempts Of(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(_key, out var attempts))
            return attempts;
        attempts = new Attempts();
        request.Options.Set(_key, attempts);
        return attempts;
    }

    public void Add(BackendState backend) => ImmutableInterlocked.Update(ref _tried, static (tried, added) => tried.Remove(added).Add(added), backend);
}
