using System;
using System.Net;
using System.Threading;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Proxy.Transports;
using Fairlead.Resilience;
using LanguageExt;

namespace Fairlead.Proxy.Sessions;

/// <summary>A client connection as its service sees it.</summary>
internal interface ISession : ISwept
{
    /// <summary>Lets an idle connection go; a busy one closes after its response.</summary>
    void BeginDrain();

    /// <summary>From now on it waits for nothing and begins nothing.</summary>
    void GiveUp();

    /// <summary>Cuts its connections off.</summary>
    void Abort();
}

/// <summary>What sessions go by, in the form the request path wants it. Replaced as a whole.</summary>
internal sealed class SessionOptions
{
    public SessionOptions(ClientTimeouts timeouts, LimitSettings limits, Seq<IPNetwork> trustedProxies, ForwardingFields forwarding, bool allowsConnect)
    {
        ClientTimeouts = timeouts;
        RequestLimits = new HeadLimits(limits.RequestLineBytesMax, limits.RequestHeadBytesMax, limits.RequestFieldsMax);
        ResponseLimits = new HeadLimits(limits.RequestLineBytesMax, limits.ResponseHeadBytesMax, limits.ResponseFieldsMax);
        RequestBodyBytesMax = limits.RequestBodyBytesMax.ToNullable();
        ConnectionsMax = limits.ConnectionsMax;
        ReservedDescriptors = limits.ReservedDescriptors;
        ConnectionsPerClientMax = limits.ConnectionsPerClientMax.ToNullable();
        RequestsPerConnectionMax = limits.RequestsPerConnectionMax.ToNullable();
        RequestRateMin = RateOf(limits.RequestRateMin, timeouts);
        ResponseRateMin = RateOf(limits.ResponseRateMin, timeouts);
        TrustedProxies = [.. trustedProxies];
        Forwarding = forwarding;
        AllowsConnect = allowsConnect;
    }

    public static SessionOptions Default { get; } = new(ClientTimeouts.Default, LimitSettings.Default, default, ForwardingFields.XForwarded, allowsConnect: false);

    public ClientTimeouts ClientTimeouts { get; }

    public HeadLimits RequestLimits { get; }

    public HeadLimits ResponseLimits { get; }

    public long? RequestBodyBytesMax { get; }

    public int ConnectionsMax { get; }

    public int ReservedDescriptors { get; }

    public int? ConnectionsPerClientMax { get; }

    public int? RequestsPerConnectionMax { get; }

    public MinRate RequestRateMin { get; }

    public MinRate ResponseRateMin { get; }

    public IPNetwork[] TrustedProxies { get; }

    public ForwardingFields Forwarding { get; }

    /// <summary>True leaves it to the hooks whether a CONNECT is refused.</summary>
    public bool AllowsConnect { get; }

    public bool Trusts(IPAddress peer) => Http.ClientAddress.IsTrusted(peer, TrustedProxies);

    private static MinRate RateOf(Option<int> bytesPerSecond, ClientTimeouts timeouts) => new(bytesPerSecond.IfNone(0), timeouts.RateGrace);
}

/// <summary>What the sessions of one service share: options, timer, pools, metrics, and the count of what is under way.</summary>
internal sealed class ServiceRuntime
{
    private const long ShortageTellingMs = 60_000;

    private readonly Action _changed;
    private SessionOptions _options = SessionOptions.Default;
    private int _sessions;
    private int _exchanges;
    private long _shortageToldAt;
    private volatile bool _isDraining;
    private volatile bool _closesIdle;

    /// <summary><paramref name="changed"/> is called when an exchange or a session begins or ends while draining.</summary>
    public ServiceRuntime(Action changed)
    {
        _changed = changed;
        Sweeper = new DeadlineSweeper(bug => ReportBug(bug));
        Pools = new UpstreamPools(Sweeper);
    }

    public SessionOptions Options
    {
        get => Volatile.Read(ref _options);
        set
        {
            Volatile.Write(ref _options, value);
            Descriptors.Reserve(value.ReservedDescriptors);
            OptionsChanged();
        }
    }

    public DeadlineSweeper Sweeper { get; }

    public ClientCounts Clients { get; } = new();

    public UpstreamPools Pools { get; }

    public ProxyMetrics Metrics { get; } = new();

    /// <summary>Called with an exception nothing else caught; set once, before the first connection.</summary>
    public Action<Exception> ReportBug { get; set; } = static _ => { };

    /// <summary>Called with what the operator should know; set once, before the first connection.</summary>
    public Action<string> Warn { get; set; } = static _ => { };

    /// <summary>Called when <see cref="Options"/> were replaced.</summary>
    public Action OptionsChanged { get; set; } = static () => { };

    /// <summary>Connections close after their response.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Connections without an exchange close, too.</summary>
    public bool ClosesIdle => _closesIdle;

    public int Sessions => Volatile.Read(ref _sessions);

    public int Exchanges => Volatile.Read(ref _exchanges);

    public void SessionOpened(ISession session)
    {
        Interlocked.Increment(ref _sessions);
        Sweeper.Add(session);
        Metrics.SessionOpened();
        if (_isDraining)
            _changed();                                              // accepted just before the listeners closed
    }

    public void SessionClosed(ISession session)
    {
        Sweeper.Remove(session);
        Metrics.SessionClosed();
        Interlocked.Decrement(ref _sessions);
        if (_isDraining)
            _changed();
    }

    public void ExchangeBegan()
    {
        Interlocked.Increment(ref _exchanges);
        if (_isDraining)
            _changed();                                              // a head that was half here when the drain began: no longer one of those that only linger
    }

    public void ExchangeEnded()
    {
        Interlocked.Decrement(ref _exchanges);
        if (_isDraining)
            _changed();
    }

    /// <summary>Accepting pauses because descriptors or memory ran out. Every pause is counted; one a minute is told.</summary>
    public void AcceptShortage(string listener)
    {
        Metrics.AcceptShortage();
        var (now, told) = (CoarseClock.Now, Volatile.Read(ref _shortageToldAt));
        if ((told == 0 || now - told >= ShortageTellingMs) && Interlocked.CompareExchange(ref _shortageToldAt, now, told) == told)
            Warn($"out of file descriptors (or memory): {listener} pauses accepting until connections close; raise the limit (ulimit -n, LimitNOFILE=) or lower limits: connections");
    }

    public void BeginDrain() => _isDraining = true;

    public void CloseIdle()
    {
        _closesIdle = true;
        Sweeper.ForEach<ISession>(static session => session.BeginDrain());
        Pools.CloseIdle();
    }

    /// <summary>Cuts off every session; first each is told, so that none takes the place that another one leaves.</summary>
    public void AbortAll()
    {
        Sweeper.ForEach<ISession>(static session => session.GiveUp());
        Sweeper.ForEach<ISession>(static session => session.Abort());
    }
}
