using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Tcp;
using Fairlead.Proxy.Transports;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Proxy;

/// <summary>Something a <see cref="Server"/> runs from start to stop.</summary>
public interface IService
{
    /// <summary>For logs.</summary>
    string Name { get; }
}

/// <summary>A service that listens for clients and serves each request through a <see cref="ProxyHttp{TContext}"/>. Add listeners before the server runs.</summary>
public abstract partial class HttpProxyService : IService
{
    private readonly List<WantedListener> _wanted = [];
    private readonly List<Task> _accepting = [];
    private readonly Lock _gate = new();
    private ImmutableArray<BoundListener> _bound = [];
    private bool _isRunning;
    private readonly CertificateWatch _watch;

    private protected HttpProxyService(string name)
    {
        Name = name;
        _watch = new CertificateWatch(() => Bound.Select(static listener => listener.Certificate).OfType<IWatchedFiles>().Concat(UpstreamFiles?.Invoke() ?? Runtime!.Pools.TlsClients), text => Runtime!.Warn(text));
        Runtime = new ServiceRuntime(() => Changed())
        {
            OptionsChanged = () =>
            {
                foreach (var listener in Bound)
                    listener.Gate.Look();                            // there may be more connections now
            },
        };
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The addresses in force once the server has bound them, with real ports where 0 was asked for.</summary>
    public IReadOnlyList<EndPoint> BoundTo
    {
        get
        {
            var all = new List<EndPoint>();
            foreach (var listener in Bound)
                all.Add(listener.EndPoint);
            return all;
        }
    }

    /// <summary>Deadlines towards clients.</summary>
    public ClientTimeouts ClientTimeouts { get; set; } = ClientTimeouts.Default;

    /// <summary>Sizes beyond which a message is refused.</summary>
    public LimitSettings Limits { get; set; } = LimitSettings.Default;

    /// <summary>Networks whose forwarding fields are believed.</summary>
    public Seq<IPNetwork> TrustedProxies { get; set; }

    /// <summary>In which fields backends are told whom a request comes from.</summary>
    public ForwardingFields Forwarding { get; set; }

    /// <summary>True leaves it to the hooks whether a CONNECT is refused; otherwise all are.</summary>
    internal bool AllowsConnect { get; set; }

    internal ServiceRuntime Runtime { get; }

    /// <summary>Sockets the process was started with: binding takes from there first.</summary>
    internal InheritedSockets? Inherited { get; set; }

    /// <summary>The listeners in force.</summary>
    internal IEnumerable<ListenerBinding> Bound
    {
        get
        {
            lock (_gate)
                return _bound.Select(static listener => listener.Binding);
        }
    }

    /// <summary>Called when a session or an exchange ends while draining.</summary>
    internal Action Changed { get; set; } = static () => { };

    /// <summary>A service for <paramref name="proxy"/>.</summary>
    public static HttpProxyService Create<TContext>(ProxyHttp<TContext> proxy, string name = "proxy") => new Of<TContext>(proxy, name);

    /// <summary>Listens on a TCP address such as <c>0.0.0.0:6188</c> or <c>[::]:6188</c>; port 0 lets the system choose.</summary>
    /// <exception cref="ArgumentException">Not an address and port.</exception>
    public HttpProxyService AddTcp(string address)
    {
        _wanted.Add(new WantedListener(ParseTcp(address), static () => null, None));
        return this;
    }

    /// <summary>Listens on a Unix-domain socket; <paramref name="mode"/> is its file mode.</summary>
    public HttpProxyService AddUnix(string path, int mode = 0b110_110_110)
    {
        _wanted.Add(new WantedListener(new ListenerAddress.Unix(path, mode), static () => null, None));
        return this;
    }

    /// <summary>Listens on a TCP address for TLS, with a certificate chain and private key from PEM files.</summary>
    /// <exception cref="ArgumentException">Not an address and port.</exception>
    public HttpProxyService AddTls(string address, string certificateFile, string keyFile)
    {
        _wanted.Add(new WantedListener(ParseTcp(address), () => ServerCertificate.Load(certificateFile, keyFile), None));
        return this;
    }

    /// <summary>Who balances connections without requests; set before listeners for them are added.</summary>
    internal ITcpBalancer? TcpBalancer { get; set; }

    /// <summary>Whose files towards backends are watched; null watches those of the peers in use.</summary>
    internal Func<IEnumerable<TlsClient>>? UpstreamFiles { get; set; }

    internal void Add(ListenerSettings listener) => _wanted.Add(WantedOf(listener));

    /// <summary>Takes over certificate files that changed.</summary>
    internal void LookAtCertificates() => _watch.Look();

    internal async Task RunAsync(CancellationToken stop)
    {
        lock (_gate)
        {
            _isRunning = true;
            foreach (var listener in _bound)
                Accept(listener);
        }

        await Task.WhenAll(Runtime.Sweeper.RunAsync(stop), _watch.RunAsync(CertificateWatch.Interval, stop)).ConfigureAwait(false);
        Task[] accepting;
        lock (_gate)
            accepting = [.. _accepting];
        await Task.WhenAll(accepting).ConfigureAwait(false);
    }

    private protected abstract void Serve(ListenerBinding listener, Accepted accepted);

    private void ServeTcp(TcpPlan plan, ListenerBinding listener, Accepted accepted) =>
        _ = new TcpSession(plan, Runtime, listener, accepted).RunAsync();   // as Serve: reports its own end, never throws

    private static ListenerAddress.Tcp ParseTcp(string address) =>
        IPEndPoint.TryParse(address, out var endPoint) && address.Contains(':')
            ? new ListenerAddress.Tcp(endPoint.Address, endPoint.Port)
            : throw new ArgumentException($"'{address}' is not an address to listen on: write IP:PORT such as 0.0.0.0:6188 or [::]:6188.", nameof(address));

    private sealed class Of<TContext>(ProxyHttp<TContext> proxy, string name) : HttpProxyService(name)
    {
        private protected override void Serve(ListenerBinding listener, Accepted accepted) =>
            _ = new HttpSession<TContext>(proxy, Runtime, listener, accepted).RunAsync();   // reports its own end to the runtime; never throws
    }
}
