using System;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Http1;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Transports;
using Fairlead.Resilience;
using Fairlead.Tls;

namespace Fairlead.Proxy.Tcp;

/// <summary>
/// A client connection that carries no requests of ours: find out where to (by the listener, or by the server name in the first message), connect to a backend, then pass bytes
/// both ways until both sides are through. A backend that cannot be connected to has seen nothing, so the next is tried.
/// </summary>
internal sealed class TcpSession : ISession
{
    private const int ReceiveBytes = 4 * 1024;

    private readonly TcpPlan _plan;
    private readonly ServiceRuntime _runtime;
    private readonly ServerCertificate? _certificate;
    private readonly IPAddress _peerAddress;
    private readonly ReceiveBuffer _in = new(ReceiveBytes);
    private readonly AttemptList _attempts = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private Transport _client;
    private Deadline _opening;
    private volatile Tunnel? _tunnel;
    private volatile Transport? _backend;
    private volatile bool _isIdle;
    private volatile bool _isAborted;
    private string _upstream = "";
    private string _serverName = "";

    public TcpSession(TcpPlan plan, ServiceRuntime runtime, ServerCertificate? certificate, in Accepted accepted)
    {
        (_plan, _runtime, _certificate, _client, _peerAddress) = (plan, runtime, certificate, accepted.Transport, accepted.PeerAddress);
    }

    /// <summary>Serves the connection to its end. Never throws.</summary>
    public async Task RunAsync()
    {
        _runtime.SessionOpened(this);
        try
        {
            if (await TryOpenAsync().ConfigureAwait(false))
                await ServeAsync().ConfigureAwait(false);
        }
        catch (Exception bug)
        {
            _runtime.ReportBug(bug);
        }
        finally
        {
            _client.Dispose();
            _in.Release();
            _runtime.SessionClosed(this);
        }
    }

    public void Sweep(long now)
    {
        if (_opening.TryFire(now))
            _client.Abort();
        _tunnel?.Sweep(now);
    }

    public void BeginDrain()
    {
        if (_isIdle)
            _client.AbortReceive();
    }

    public void Abort()
    {
        _isAborted = true;
        _backend?.Abort();
        _client.Abort();
    }

    /// <summary>What comes before the first byte can be passed on: our own handshake, or the client's first message. False when there is nobody to serve.</summary>
    private async ValueTask<bool> TryOpenAsync()
    {
        _opening.Arm(CoarseClock.After(_runtime.Options.ClientTimeouts.TlsHandshake));
        if (_certificate is { } certificate)
        {
            var secured = await TlsServer.AcceptAsync(_client, certificate).ConfigureAwait(false);
            if (secured is null)
            {
                _runtime.Metrics.HandshakeFailed();
                return false;
            }

            _client = secured;
            _serverName = secured.ServerName ?? "";
        }

        if (_plan.GoesByName && !await TryReadNameAsync().ConfigureAwait(false))
        {
            _runtime.Metrics.HandshakeFailed();
            return false;
        }

        _opening.Clear();
        return !_opening.HasFired;
    }

    private async ValueTask<bool> TryReadNameAsync()
    {
        while (true)
        {
            _in.MakeRoom(ReceiveBytes / 2);
            _isIdle = true;
            if (_runtime.IsDraining)
                return false;
            var count = await _client.ReceiveAsync(_in.Free).ConfigureAwait(false);
            _isIdle = false;
            if (count <= 0)
                return false;
            _in.Received(count);
            var status = ReadName();
            if (status != ParseStatus.NeedMore)
                return status == ParseStatus.Done;
        }
    }

    private ParseStatus ReadName()
    {
        Span<byte> name = stackalloc byte[ClientHelloParser.NameBytesMax];
        var hello = ClientHelloParser.ServerName(_in.Unread, name);
        _serverName = Encoding.ASCII.GetString(name[..hello.NameLength]);
        return hello.Status;
    }

    private async Task ServeAsync()
    {
        _runtime.ExchangeBegan();
        _runtime.Metrics.TunnelBegan();
        var outcome = Outcome.None;
        try
        {
            if (_plan.UpstreamOf(Encoding.ASCII.GetBytes(_serverName)) is { } upstream)
                outcome = await BalanceAsync(_upstream = upstream).ConfigureAwait(false);
            else
                outcome = Outcome.NoRoute;
        }
        finally
        {
            Told(outcome);
            _runtime.ExchangeEnded();
        }
    }

    private async ValueTask<Outcome> BalanceAsync(string upstream)
    {
        var (tried, ticket, last) = (Array.Empty<ulong>(), (ulong?)null, Outcome.NoBackend);
        for (var attempt = 1; ; attempt++)
        {
            if (_plan.Balancer.Pick(upstream, _peerAddress, ref tried, ref ticket) is not { } pick)
                return last;
            try
            {
                if (attempt > 1)
                    _runtime.Metrics.Retried();
                var connected = await Connector.ConnectAsync(pick.Peer, default).ConfigureAwait(false);
                _attempts.Add(pick.Peer, connected.Outcome, 0);
                if (connected.Transport is { } backend)
                    return await TunnelAsync(pick.Peer, backend).ConfigureAwait(false);
                last = connected.Outcome;
            }
            finally
            {
                _plan.Balancer.Release(pick);
            }

            var report = new AttemptReport { Outcome = last, AttemptsMade = attempt, BodyIsReplayable = true };
            if (_isAborted || Retry.Decide(pick.Retry, report) != RetryDecision.OtherBackend)
                return last;
        }
    }

    private async ValueTask<Outcome> TunnelAsync(HttpPeer peer, Transport backend)
    {
        var fromBackend = new ReceiveBuffer(ReceiveBytes);
        _backend = backend;
        if (_isAborted)
            backend.Abort();                                         // asked for while there was no connection yet
        try
        {
            _runtime.Metrics.UpstreamConnection(reused: false);
            _tunnel = new Tunnel(_client, _in, backend, fromBackend, peer.Options);
            return await _tunnel.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            _backend = null;
            backend.Dispose();
            fromBackend.Release();
        }
    }

    private void Told(Outcome outcome)
    {
        var ended = new EndedConnection
        {
            Upstream = _upstream,
            Client = _peerAddress,
            ServerName = _serverName,
            Attempts = _attempts,
            Elapsed = Stopwatch.GetElapsedTime(_began),
            BytesFromClient = _tunnel?.BytesFromClient ?? 0,
            BytesFromBackend = _tunnel?.BytesFromBackend ?? 0,
            Outcome = outcome,
        };
        ProxyMetrics.ConnectionEnded(ended);
        _plan.Balancer.Ended(ended);
    }
}
