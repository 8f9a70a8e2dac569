using System;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Resilience;
using Fairlead.Upstreams;

namespace Fairlead.Proxy.Transports;

/// <summary>Connects to a peer: each of its addresses in turn until one answers, then TLS if it is wanted. Each step has its own timeout.</summary>
internal static class Connector
{
    public static async ValueTask<Connected> ConnectAsync(HttpPeer peer, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(peer.Options.ConnectTimeout);
        var targets = peer.DialTargets;
        if (targets.IsEmpty)
        {
            (targets, var reason) = await ResolveAsync(peer.Address, timeout.Token).ConfigureAwait(false);
            if (targets.IsEmpty)
                return new Connected(Outcome.NameNotResolved, reason);
        }

        var (socket, failure) = await ConnectFirstAsync(targets, peer, timeout.Token).ConfigureAwait(false);
        if (socket is null)
            return failure;
        if (peer.TlsClient is not { } tls)
            return new Connected(PlainTransport.Of(socket));

        timeout.CancelAfter(peer.Options.TlsHandshakeTimeout);
        var secured = await tls.ConnectAsync(socket, peer.VerifiedName, timeout.Token).ConfigureAwait(false);
        if (secured.Transport is null)
            socket.Dispose();
        return secured;
    }

    private static async ValueTask<(Socket? Socket, Connected Failure)> ConnectFirstAsync(ImmutableArray<BackendAddress> targets, HttpPeer peer, CancellationToken timeout)
    {
        var failure = new Connected(Outcome.ConnectFailed, "no address to connect to");
        foreach (var target in targets)
        {
            Socket? socket = null;
            try
            {
                (socket, var endPoint) = SocketFor(target);
                await socket.ConnectAsync(endPoint, timeout).ConfigureAwait(false);
                return (socket, default);
            }
            catch (SocketException e)
            {
                socket?.Dispose();
                failure = new Connected(OutcomeOf(e.SocketErrorCode), Describe(e));
            }
            catch (OperationCanceledException)
            {
                socket?.Dispose();
                return (null, new Connected(Outcome.ConnectTimeout, FormattableString.Invariant($"no connection within {peer.Options.ConnectTimeout.TotalSeconds:0.###} s")));
            }
        }

        return (null, failure);
    }

    private static (Socket Socket, EndPoint EndPoint) SocketFor(BackendAddress target) => target switch
    {
        BackendAddress.Ip ip => (new Socket(ip.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, new IPEndPoint(ip.Address, ip.Port)),
        BackendAddress.UnixPath unix => (new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(unix.Path)),
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

    private static Outcome OutcomeOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => Outcome.ConnectRefused,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown => Outcome.ConnectUnreachable,
        SocketError.TimedOut => Outcome.ConnectTimeout,
        _ => Outcome.ConnectFailed,
    };

    private static string Describe(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.NetworkUnreachable => "network unreachable",
        _ => e.Message,
    };
}
