using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Transports;
using LanguageExt;

namespace Fairlead.Proxy;

/// <summary>Something a <see cref="Server"/> runs from start to stop.</summary>
public interface IService
{
    /// <summary>For logs.</summary>
    string Name { get; }
}

/// <summary>A service that listens for clients and serves each request through a <see cref="ProxyHttp{TContext}"/>. Add listeners before the server runs.</summary>
public abstract class HttpProxyService : IService
{
    private readonly List<(ListenerAddress Address, Func<ServerCertificate?> Certificate, ListenerSettings? Settings)> _wanted = [];
    private readonly List<ListenerBinding> _bound = [];

    private protected HttpProxyService(string name)
    {
        Name = name;
        Runtime = new ServiceRuntime(() => Changed())
        {
            OptionsChanged = () =>
            {
                foreach (var listener in _bound)
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
            foreach (var listener in _bound)
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

    /// <summary>Called when a session or an exchange ends while draining.</summary>
    internal Action Changed { get; set; } = static () => { };

    /// <summary>A service for <paramref name="proxy"/>.</summary>
    public static HttpProxyService Create<TContext>(ProxyHttp<TContext> proxy, string name = "proxy") => new Of<TContext>(proxy, name);

    /// <summary>Listens on a TCP address such as <c>0.0.0.0:6188</c> or <c>[::]:6188</c>; port 0 lets the system choose.</summary>
    /// <exception cref="ArgumentException">Not an address and port.</exception>
    public HttpProxyService AddTcp(string address)
    {
        _wanted.Add((ParseTcp(address), static () => null, null));
        return this;
    }

    /// <summary>Listens on a Unix-domain socket; <paramref name="mode"/> is its file mode.</summary>
    public HttpProxyService AddUnix(string path, int mode = 0b110_110_110)
    {
        _wanted.Add((new ListenerAddress.Unix(path, mode), static () => null, null));
        return this;
    }

    /// <summary>Listens on a TCP address for TLS, with a certificate chain and private key from PEM files.</summary>
    /// <exception cref="ArgumentException">Not an address and port.</exception>
    public HttpProxyService AddTls(string address, string certificateFile, string keyFile)
    {
        _wanted.Add((ParseTcp(address), () => ServerCertificate.Load(certificateFile, keyFile), null));
        return this;
    }

    internal void Add(ListenerSettings listener) => _wanted.Add((
        listener.Address,
        () => listener.Tls.MatchUnsafe(static tls => ServerCertificate.Load(tls.CertificateFile, tls.KeyFile), static () => null!),
        listener));

    /// <summary>Binds every listener, or none.</summary>
    internal void Bind()
    {
        Runtime.Options = new SessionOptions(ClientTimeouts, Limits, TrustedProxies, Forwarding, AllowsConnect);
        try
        {
            foreach (var (address, certificate, settings) in _wanted)
            {
                var bound = BindOne(address, certificate);
                _bound.Add(bound);
                if (settings is not null)
                    (bound.ProxyProtocol, bound.ProxyProtocolFrom) = (settings.ProxyProtocol, [.. settings.ProxyProtocolFrom]);
            }
        }
        catch
        {
            CloseListeners();
            throw;
        }
    }

    internal async Task RunAsync(CancellationToken stop)
    {
        var work = new List<Task> { Runtime.Sweeper.RunAsync(stop) };
        foreach (var listener in _bound)
            work.Add(listener.AcceptAsync(Serve, Runtime));
        await Task.WhenAll(work).ConfigureAwait(false);
    }

    internal void CloseListeners()
    {
        foreach (var listener in _bound)
            listener.Dispose();
    }

    private protected abstract void Serve(ListenerBinding listener, Accepted accepted);

    private static ListenerBinding BindOne(ListenerAddress address, Func<ServerCertificate?> certificate)
    {
        try
        {
            return ListenerBinding.Bind(address, certificate());
        }
        catch (Exception e) when (e is SocketException or System.IO.IOException or System.Security.Cryptography.CryptographicException or UnauthorizedAccessException)
        {
            throw new ServerStartException($"cannot listen on {address}: {e.Message}", e);
        }
    }

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

/// <summary>The server could not start: an address cannot be bound, a certificate cannot be read. The message says which and why.</summary>
public sealed class ServerStartException : Exception
{
    /// <summary>With no message.</summary>
    public ServerStartException()
    {
    }

    /// <summary>With what failed.</summary>
    public ServerStartException(string message)
        : base(message)
    {
    }

    /// <summary>With what failed and the exception that told.</summary>
    public ServerStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
