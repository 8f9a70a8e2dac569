// The load balancer of the Pingora tutorial. Usage: LoadBalancer [LISTEN BACKEND...]
using System;
using System.Threading.Tasks;
using Fairlead.Proxy;
using LanguageExt;

var listen = args.Length > 0 ? args[0] : "0.0.0.0:6188";
var upstreams = LoadBalancer.FromAddresses(args.Length > 1 ? args[1..] : ["1.1.1.1:443", "1.0.0.1:443", "127.0.0.1:343"]);
upstreams.HealthCheck = new TcpHealthCheck();
upstreams.HealthCheckFrequency = TimeSpan.FromSeconds(1);

var background = BackgroundService.Of("health check", upstreams);
var proxy = HttpProxyService.Create(new Balanced(background.Task)).AddTcp(listen);
return new Server().AddService(background).AddService(proxy).RunForever();

internal sealed class Balanced(LoadBalancer upstreams) : ProxyHttp<Unit>
{
    public override Unit NewContext() => Unit.Default;

    public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context) =>
        new(upstreams.Select([], 256).Map(backend => new HttpPeer(backend, tls: true, sni: "one.one.one.one")));

    public override ValueTask UpstreamRequestFilter(Session session, RequestHeader upstreamRequest, Unit context)
    {
        upstreamRequest.Set("Host", "one.one.one.one");
        return default;
    }
}
