using System.Globalization;
using System.Linq;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.LoadBalancing;

// The least a YARP proxy needs: HTTP_PORT TLS_PORT CERTIFICATE KEY ORIGIN…
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseKestrelHttpsConfiguration();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Listen(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture));
    kestrel.Listen(IPAddress.Loopback, int.Parse(args[1], CultureInfo.InvariantCulture), listen => listen.UseHttps(X509Certificate2.CreateFromPemFile(args[2], args[3])));
});
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "all", ClusterId = "origins", Match = new RouteMatch { Path = "{**path}" } }],
    [
        new ClusterConfig
        {
            ClusterId = "origins",
            LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin,
            Destinations = args.Skip(4).ToDictionary(static origin => origin, static origin => new DestinationConfig { Address = "http://" + origin }),
        },
    ]);
var app = builder.Build();
app.MapReverseProxy();
app.Run();
