using System;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Control;

namespace Fairlead.Proxy.Control;

/// <summary>Resolves names by the system's resolver and says what came of it; never throws, always answers.</summary>
internal sealed class NameResolver(Action<ControlEvent> happened)
{
    /// <summary>Longest wait for an answer (resolv.conf's own default is 5 s for each of two tries).</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public void Start(string host) => _ = ResolveAsync(host);        // ends with an event, whatever happens

    private async Task ResolveAsync(string host)
    {
        ControlEvent answer;
        try
        {
            using var timeout = new CancellationTokenSource(Timeout);
            var addresses = await Dns.GetHostAddressesAsync(host, timeout.Token).ConfigureAwait(false);
            answer = addresses.Length == 0
                ? new ControlEvent.NameNotResolved(host, "the name has no address")
                : new ControlEvent.NameResolved(host, addresses.ToSeq().Strict());
        }
        catch (OperationCanceledException)
        {
            answer = new ControlEvent.NameNotResolved(host, FormattableString.Invariant($"no answer within {Timeout.TotalSeconds:0} s"));
        }
        catch (Exception e)                                          // whatever it was: without an answer the name would never be resolved again
        {
            answer = new ControlEvent.NameNotResolved(host, e.Message);
        }

        happened(answer);
    }
}
