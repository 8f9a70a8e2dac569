using System;
using System.Net;
using System.Threading;
using Fairlead.Configuration;
using Fairlead.Http1;
using LanguageExt;

namespace Fairlead.Proxy.Sessions;

/// <summary>A client connection as its service sees it.</summary>
internal interface ISession : ISwept
{
    /// <summary>Lets an idle connection go; a busy one closes after its response.</summary>
    void BeginDrain();

    /// <summary>Cuts it off.</summary>
    void Abort();
}

/// <summary>What sessions go by, in the form the request path wants it. Replaced as a whole.</summary>
internal sealed class SessionOptions
{
    public SessionOptions(ClientTimeouts timeouts, LimitSettings limits, Seq<IPNetwork> trustedProxies)
    {
        ClientTimeouts = timeouts;
        RequestLimits = new HeadLimits(limits.RequestLineBytesMax, limits.RequestHeadBytesMax, limits.RequestFieldsMax);
        ResponseLimits = new HeadLimits(limits.RequestLineBytesMax, limits.ResponseHeadBytesMax, limits.ResponseFieldsMax);
        RequestBodyBytesMax = limits.RequestBodyBytesMax.ToNullable();
        TrustedProxies = [.. trustedProxies];
    }

    public static SessionOptions Default { get; } = new(ClientTimeouts.Default, LimitSettings.Default, default);

    public ClientTimeouts ClientTimeouts { get; }

    public HeadLimits RequestLimits { get; }

    public HeadLimits ResponseLimits { get; }

    public long? RequestBodyBytesMax { get; }

    public IPNetwork[] TrustedProxies { get; }

    public bool Trusts(IPAddress peer) => Http.ClientAddress.IsTrusted(peer, TrustedProxies);
}

/// <summary>What the sessions of one service share: options, timer, pools, metrics, and the count of what is under way.</summary>
internal sealed class ServiceRuntime
{
    private readonly Action _changed;
    private SessionOptions _options = SessionOptions.Default;
    private int _sessions;
    private int _exchanges;
    private volatile bool _isDraining;
    private volatile bool _closesIdle;

    /// <summary><paramref name="changed"/> is called when an exchange or a session begins or ends while draining.</summary>
    public ServiceRuntime(Action changed)
    {
        _changed = changed;
        Pools = new UpstreamPools(Sweeper);
    }

    public SessionOptions Options
    {
        get => Volatile.Read(ref _options);
        set => Volatile.Write(ref _options, value);
    }

    public DeadlineSweeper Sweeper { get; } = new();

    public UpstreamPools Pools { get; }

    public ProxyMetrics Metrics { get; } = new();

    /// <summary>Called with an exception nothing else caught; set once, before the first connection.</summary>
    public Action<Exception> ReportBug { get; set; } = static _ => { };

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

    public void BeginDrain() => _isDraining = true;

    public void CloseIdle()
    {
        _closesIdle = true;
        Sweeper.ForEach<ISession>(static session => session.BeginDrain());
        Pools.CloseIdle();
    }

    public void AbortAll() => Sweeper.ForEach<ISession>(static session => session.Abort());
}
