using System;
using System.Diagnostics;
using System.Text;
using System.Threading;
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
    private readonly ListenerBinding _listener;
    private readonly Admission _admission;
    private readonly ReceiveBuffer _in = new();
    private readonly AttemptList _attempts = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly CancellationTokenSource _cutOff = new();
    private Transport _client;
    private Deadline _opening;
    private volatile Tunnel? _tunnel;
    private volatile Transport? _backend;
    private volatile bool _isIdle;
    private string _upstream = "";
    private string _serverName = "";

    public TcpSession(TcpPlan plan, ServiceRuntime runtime, ListenerBinding listener, in Accepted accepted)
    {
        (_plan, _runtime, _listener, _client) = (plan, runtime, listener, accepted.Transport);
        _admission = new Admission(runtime, listener, accepted.PeerAddress, accepted.PeerPort);
    }

    /// <summary>Serves the connection to its end. Never throws.</summary>
    public async Task RunAsync()
    {
        _runtime.SessionOpened(this);
        try
        {
            if (await _admission.TryAdmitAsync(_client, _in).ConfigureAwait(false) && await TryOpenAsync().ConfigureAwait(false))
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
            _admission.Leave();
            _runtime.SessionClosed(this);
        }
    }

    public void Sweep(long now)
    {
        _admission.Sweep(now, _client);
        if (_opening.TryFire(now))
            _client.Abort();
        _tunnel?.Sweep(now);
    }

    public void BeginDrain()
    {
        if (_isIdle)
            _client.AbortReceive();
    }

    public void GiveUp() => _ = _cutOff.CancelAsync();

    public void Abort()
    {
        GiveUp();
        _backend?.Abort();
        _client.Abort();
    }

    /// <summary>What comes before the first byte can be passed on: our own handshake, or the client's first message. False when there is nobody to serve.</summary>
    private async ValueTask<bool> TryOpenAsync()
    {
        _opening.Arm(CoarseClock.After(_runtime.Options.ClientTimeouts.TlsHandshake));
        if (_listener.Certificate is { } certificate)
        {
            var secured = await TlsServer.AcceptAsync(Admission.Unread(_client, _in), certificate).ConfigureAwait(false);
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
            var status = ReadName();                                 // it may have come with a PROXY header
            if (status != ParseStatus.NeedMore)
                return status == ParseStatus.Done;
            _isIdle = true;
            if (_runtime.ClosesIdle)
                return false;
            var count = await _client.ReceiveLateAsync(_in, ReceiveBytes / 2).ConfigureAwait(false);
            _isIdle = false;
            if (count <= 0)
                return false;
            _in.Received(count);
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
        using var choice = _plan.Balancer.Begin(upstream, _admission.PeerAddress);
        if (choice is null)
            return Outcome.NoBackend;
        using var cutOff = _cutOff.Token.UnsafeRegister(static choice => ((ITcpChoice)choice!).Abandon(), choice);
        var last = Outcome.None;
        for (var attempt = 1; ; attempt++)
        {
            var (peer, refusal) = await choice.PickAsync().ConfigureAwait(false);
            if (peer is null)
                return last != Outcome.None ? last : _cutOff.IsCancellationRequested ? Outcome.Draining : refusal;   // nobody else to try: what failed before is the end
            if (_cutOff.IsCancellationRequested)
            {
                choice.Leave(Outcome.Draining);
                return Outcome.Draining;
            }

            var connected = await Connector.ConnectAsync(peer, _admission.HeaderFor(peer, _client, _admission.PeerAddress), _cutOff.Token).ConfigureAwait(false);
            if (connected.Transport is { } backend)
            {
                choice.Connected();
                _attempts.Add(peer, Outcome.None, 0);
                var outcome = await TunnelAsync(peer, backend).ConfigureAwait(false);
                choice.Leave(outcome);
                return outcome;
            }

            last = _cutOff.IsCancellationRequested ? Outcome.Draining : connected.Outcome;
            _attempts.Add(peer, last, 0);
            choice.Leave(last);
            var decision = choice.Decide(new AttemptReport { Outcome = last, AttemptsMade = attempt, BodyIsReplayable = true });
            if (decision.Action != RetryAction.OtherBackend || !await TryPauseAsync(decision.Wait).ConfigureAwait(false))
                return last;
            _runtime.Metrics.Retried(decision.Reason);
        }
    }

    /// <summary>Waits before another try; false when there is to be none any more.</summary>
    private async ValueTask<bool> TryPauseAsync(TimeSpan wait)
    {
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, _cutOff.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // the back-off between attempts; cut off, the line below says so
        return !_cutOff.IsCancellationRequested;
    }

    private async ValueTask<Outcome> TunnelAsync(HttpPeer peer, Transport backend)
    {
        var fromBackend = new ReceiveBuffer();
        _backend = backend;
        if (_cutOff.IsCancellationRequested)
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
            Client = _admission.PeerAddress,
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
