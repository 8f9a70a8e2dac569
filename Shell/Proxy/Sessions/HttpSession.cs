using System;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy.Transports;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// One client connection: receive a head, serve the exchange, again, until one side wants to stop. This part is the connection; <c>HttpSession.Exchange</c> is one request,
/// <c>HttpSession.Response</c> the way back. What a session waits for has a deadline that the sweeper watches.
/// </summary>
internal sealed partial class HttpSession<TContext> : Session, ISession
{
    /// <summary>Room for a usual head; a longer one makes it grow up to the limit.</summary>
    private const int ReceiveBytes = 4 * 1024;

    /// <summary>Read and thrown away at most, so that a client still sending gets to read its answer (nginx: lingering_close).</summary>
    private const long LingerBytesMax = 256 * 1024;

    /// <summary>Requests in a row that were here already and were answered here: a client may send thousands at once.</summary>
    private const int ExchangesMax = 16;

    private static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(2);

    private readonly ProxyHttp<TContext> _proxy;
    private readonly ServiceRuntime _runtime;
    private readonly ListenerBinding _listener;
    private readonly ReceiveBuffer _in = new();
    private readonly Admission _admission;
    private readonly ClientTimers _clientTimers;
    private readonly UpstreamTimers _upstreamTimers;

    private Transport _client;
    private ExchangeState? _exchange;
    private Deadline _clientRead;
    private Deadline _clientWrite;
    private Deadline _upstreamRead;
    private Deadline _upstreamWrite;
    private Deadline _responseHead;
    private Deadline _total;
    private Deadline _attemptHead;
    private Deadline _hangUp;                                        // reached by the client's leaving, not by time
    private volatile UpstreamConnection? _upstream;
    private volatile CancellationTokenSource? _pause;
    private volatile bool _isCutOff;
    private volatile bool _isIdle;
    private volatile bool _endsWithClose;
    private long _lingerEnds;
    private bool _servedOne;
    private bool _clientSendsNoMore;

    public HttpSession(ProxyHttp<TContext> proxy, ServiceRuntime runtime, ListenerBinding listener, Accepted accepted)
    {
        _proxy = proxy;
        _runtime = runtime;
        _listener = listener;
        _client = accepted.Transport;
        _client.HungUp = OnClientHungUp;
        _clientTimers = new ClientTimers(this);
        _upstreamTimers = new UpstreamTimers(this);
        _admission = new Admission(runtime, listener, accepted.PeerAddress, accepted.PeerPort);
        ClientAddressOfRequest = PeerAddress;
    }

    public override IPAddress PeerAddress => _admission.PeerAddress;

    public override int PeerPort => _admission.PeerPort;

    public override bool IsTls => _listener.Certificate is not null;

    public override string? ServerName => _client.ServerName;

    public override System.Security.Cryptography.X509Certificates.X509Certificate2? ClientCertificate => _client.ClientCertificate;

    /// <summary>One that sends no more has most likely closed: sending to it is the only way to find out (nginx, Envoy, Pingora and Go's servers give up, too; HAProxy goes on).</summary>
    internal override bool IsClientGone => _client.HasHungUp || (_client.HasEndedSending && !_listener.ServesHalfClosed);

    private IPAddress ClientAddressOfRequest { get; set; }

    private Transport Client => _client;

    /// <summary>Serves the connection to its end. Never throws.</summary>
    public async Task RunAsync()
    {
        _runtime.SessionOpened(this);
        try
        {
            if (await TryAdmitAsync().ConfigureAwait(false) && await TryHandshakeAsync().ConfigureAwait(false))
                await ServeConnectionAsync();
        }
        catch (Exception bug)
        {
            _runtime.ReportBug(bug);                                 // ours, not a hook's: the connection is lost, the process is not
        }
        finally
        {
            ReturnExchange();
            if (_endsWithClose)
                _client.Reset();
            _client.Dispose();
            _in.Release();
            _admission.Leave();
            _runtime.SessionClosed(this);
        }
    }

    public void Sweep(long now)
    {
        _admission.Sweep(now, _client);
        if (_clientRead.TryFire(now))
            _client.AbortReceive();                                 // the receive ends, and an answer can still be sent
        if (_clientWrite.TryFire(now))
            CutOffWriting();
        var upstream = _upstream;                                    // whose time it is: by the time it has fired there may be another
        if (_upstreamRead.TryFire(now) || _upstreamWrite.TryFire(now) || _responseHead.TryFire(now) || _attemptHead.TryFire(now))
            upstream?.Transport.Abort();
        if (_total.TryFire(now))
            EndAttempt();
        _tunnel?.Sweep(now);
        SweepRates(now);
    }

    /// <summary>Who does not take a response is reset: an orderly end would wait in the kernel behind megabytes that nobody takes.</summary>
    private void CutOffWriting()
    {
        if (Volatile.Read(ref _responseBegan))
            _client.Reset();
        else
            AbortClient();
    }

    /// <summary>Lets an idle connection go; a busy one closes after its response.</summary>
    public void BeginDrain()
    {
        if (_isIdle)
            _client.AbortReceive();
    }

    public void GiveUp()
    {
        _isCutOff = true;
        Waiter?.Abandon();
    }

    public void Abort()
    {
        GiveUp();
        EndAttempt();
        AbortClient();
    }

    /// <summary>Nobody waits for the response any more: there is no use in going on with it.</summary>
    private void OnClientHungUp()
    {
        if (IsClientGone && _hangUp.TryFire(long.MaxValue))
            EndAttempt();
    }

    private void EndAttempt()
    {
        _upstream?.Transport.Abort();
        _ = _pause?.CancelAsync();                                   // who pauses goes on somewhere else
    }

    /// <summary>Cuts the client off. While the end of the connection would be the end of a response, it must not look like one.</summary>
    private void AbortClient()
    {
        if (_endsWithClose)
            _client.Reset();
        else
            _client.Abort();
    }

    private async ValueTask<bool> TryHandshakeAsync()
    {
        if (_listener.Certificate is not { } certificate)
            return true;

        _clientWrite.Arm(CoarseClock.After(_runtime.Options.ClientTimeouts.TlsHandshake));
        var secured = await TlsServer.AcceptAsync(Admission.Unread(_client, _in), certificate).ConfigureAwait(false);
        _clientWrite.Clear();
        if (secured is null)
            _runtime.Metrics.HandshakeFailed();
        else
            _client = secured;
        return secured is not null;
    }

    private async Step ServeConnectionAsync()
    {
        var turn = new Turn(ExchangesMax);
        while (true)
        {
            var wereHere = _in.UnreadLength > 0;
            var first = ReceiveFirstAsync();
            var waited = !first.IsCompleted;
            var received = HeadEnd.Closed;
            if (TryBegin(await first.ConfigureAwait(false), wereHere))
            {
                var receiving = ReceiveHeadAsync();
                waited |= !receiving.IsCompleted;
                received = await receiving;
            }

            if (received == HeadEnd.Closed)
            {
                if (!_client.HasHungUp)
                    await SendingAsync(Client.NotifyCloseAsync()).ConfigureAwait(false);   // also when nothing is under way (RFC 9112 §9.8)
                return;
            }

            _runtime.ExchangeBegan();
            bool keeps;
            try
            {
                var serving = Contained(received);
                waited |= !serving.IsCompleted;
                keeps = await serving;
            }
            catch
            {
                await CutOffAsync().ConfigureAwait(false);
                throw;
            }
            finally
            {
                ReturnExchange();
                _runtime.ExchangeEnded();
            }

            _servedOne = true;
            if (!keeps)
            {
                if (!_clientSendsNoMore || _in.UnreadLength > 0)
                    await LingerAsync().ConfigureAwait(false);
                else
                    await SendingAsync(Client.NotifyCloseAsync()).ConfigureAwait(false);
                return;
            }

            if (turn.IsOver(waited))
                await Task.Yield();
        }
    }

    /// <summary>Serves one request; what its hooks put into async locals ends with it.</summary>
    private Step<bool> Contained(HeadEnd received)
    {
        var context = ExecutionContext.Capture();
        var serving = ServeAsync(received);
        if (context is not null)
            ExecutionContext.Restore(context);
        return serving;
    }

    private void BeginExchange()
    {
        _exchange = ExchangeState.Rent(Math.Max(_runtime.Options.RequestLimits.FieldsMax, _runtime.Options.ResponseLimits.FieldsMax));
        _began = System.Diagnostics.Stopwatch.GetTimestamp();
    }

    private void ReturnExchange()
    {
        LeaveBackend(Resilience.Outcome.HookFailed, status: 0);                 // left already, unless a bug of ours came between
        var exchange = _exchange;
        _exchange = null;
        exchange?.Return();
    }

    /// <summary>Closes so that the last answer arrives: no more from us, then read what the client still sends, within bounds (RFC 9112 §9.6).</summary>
    private async ValueTask LingerAsync()
    {
        if (_clientWrite.HasFired || _clientGone)
            return;
        await SendingAsync(Client.ShutdownSendAsync()).ConfigureAwait(false);
        _clientRead.Reset();
        _clientRead.Arm(CoarseClock.After(LingerTimeout));
        long read = 0;
        while (read < LingerBytesMax && !_clientRead.HasFired)
        {
            _in.Consume(_in.UnreadLength);
            _in.MakeRoom(ReceiveBytes / 2);
            var count = await Client.ReceiveAsync(_in.Free).ConfigureAwait(false);
            if (count <= 0)
                return;
            _in.Received(count);
            read += count;
        }
    }

    /// <summary>Over TLS to say that something ends sends a record, which a client that stopped reading may never take.</summary>
    private async ValueTask SendingAsync(ValueTask telling)
    {
        _upstreamTimers.SendBegins();
        await telling.ConfigureAwait(false);
        _upstreamTimers.SendEnds();
    }
}
