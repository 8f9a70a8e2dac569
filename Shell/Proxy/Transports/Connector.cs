using System;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy.Control;
using Fairlead.Proxy.Sessions;
using Fairlead.Resilience;
using Fairlead.Upstreams;

namespace Fairlead.Proxy.Transports;

/// <summary>
/// Connects to a peer: each of its addresses in turn until one answers, then TLS if it is wanted. Each step has its own timeout; of the one to connect, each address gets its share
/// (<see cref="ConnectShare"/>).
/// </summary>
internal static class Connector
{
    /// <summary>Connects; what a connection begins with, <paramref name="preface"/>, is sent before TLS.</summary>
    public static async ValueTask<Connected> ConnectAsync(HttpPeer peer, ReadOnlyMemory<byte> preface, CancellationToken cancel)
    {
        var ends = CoarseClock.After(peer.Options.ConnectTimeout);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(peer.Options.ConnectTimeout);
        var targets = peer.DialTargets;
        if (targets.IsEmpty)
        {
            (targets, var reason) = await ResolveAsync(peer.Address, timeout.Token).ConfigureAwait(false);
            if (targets.IsEmpty)
                return new Connected(Outcome.NameNotResolved, reason);
        }

        var plain = await ConnectFirstAsync(targets, peer, ends, timeout.Token).ConfigureAwait(false);
        if (plain.Transport is not null && !preface.IsEmpty && !await plain.Transport.SendAsync(preface).ConfigureAwait(false))
        {
            plain.Transport.Dispose();
            return new Connected(Outcome.ConnectFailed, "the connection broke at once");
        }

        if (plain.Transport is null || peer.TlsClient is not { } tls)
            return plain;

        timeout.CancelAfter(peer.Options.TlsHandshakeTimeout);
        var secured = await tls.ConnectAsync(plain.Transport, peer.VerifiedName, timeout.Token).ConfigureAwait(false);
        if (secured.Transport is null)
            plain.Transport.Dispose();
        return secured;
    }

    private static async ValueTask<Connected> ConnectFirstAsync(ImmutableArray<BackendAddress> targets, HttpPeer peer, long ends, CancellationToken timeout)
    {
        var failure = new Connected(Outcome.ConnectFailed, "no address to connect to");
        for (var i = 0; i < targets.Length && !timeout.IsCancellationRequested; i++)
        {
            try
            {
                var isLast = i == targets.Length - 1;
                failure = isLast
                    ? await PlainConnection.ConnectAsync(EndPointOf(targets[i]), peer.IsProbed, timeout).ConfigureAwait(false)
                    : await ConnectInShareAsync(targets[i], peer, ConnectShare.Of(TimeSpan.FromMilliseconds(ends - CoarseClock.Now), targets.Length - i), timeout).ConfigureAwait(false);
                if (failure.Transport is not null)
                    return failure;
            }
            catch (OperationCanceledException)
            {
                failure = new Connected(Outcome.ConnectTimeout, FormattableString.Invariant($"no connection within {peer.Options.ConnectTimeout.TotalSeconds:0.###} s"));
            }
        }

        return failure;
    }

    private static async ValueTask<Connected> ConnectInShareAsync(BackendAddress target, HttpPeer peer, TimeSpan time, CancellationToken timeout)
    {
        using var share = CancellationTokenSource.CreateLinkedTokenSource(timeout);
        share.CancelAfter(Timers.RoundUp(time));
        return await PlainConnection.ConnectAsync(EndPointOf(target), peer.IsProbed, share.Token).ConfigureAwait(false);
    }

    private static EndPoint EndPointOf(BackendAddress target) => target switch
    {
        BackendAddress.Ip ip => new IPEndPoint(ip.Address, ip.Port),
        BackendAddress.UnixPath unix => new UnixDomainSocketEndPoint(unix.Path),
        _ => throw new UnreachableException(),                       // names were resolved before
    };

    private static async ValueTask<(ImmutableArray<BackendAddress> Targets, string Reason)> ResolveAsync(BackendAddress address, CancellationToken timeout)
    {
        if (address is not BackendAddress.Name name)
            return ([address], "");
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(name.Host, timeout).ConfigureAwait(false);
            var targets = ImmutableArray.CreateBuilder<BackendAddress>(addresses.Length);
            foreach (var found in addresses)
                targets.Add(new BackendAddress.Ip(found, name.Port));
            return (targets.ToImmutable(), $"{name.Host} has no address");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)   // a name no resolver takes, too long for instance
        {
            return ([], $"{name.Host}: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return ([], $"{name.Host} was not resolved in time");
        }
    }
}
