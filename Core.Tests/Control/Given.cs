using System;
using System.Linq;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Routing;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Control;

/// <summary>Settings in few words: one upstream <c>app</c>, a check each 10 s that must end within 2 s, rise 2, fall 3.</summary>
internal static class Given
{
    public static HealthSettings Check(InitialHealth initial = InitialHealth.Up, int rise = 2, int fall = 3, double jitter = 0, Option<int> port = default) => new(
        new ProbeSettings.Http("GET", "/health", Host: None, StatusSet.Ok, port, Tls: false), Seconds(10), Seconds(2), rise, fall, initial, jitter);

    public static ProxySettings Settings(params UpstreamSettings[] upstreams) => ProxySettings.Empty with
    {
        Upstreams = toSeq(upstreams).Strict(),
        Routes = toSeq(upstreams.Select(static upstream => Route("/" + upstream.Name, upstream.Name)).ToArray()).Strict(),
    };

    /// <summary>Backends as text: <c>10.0.0.1:80</c>, with <c>=5</c> for another weight than 1.</summary>
    public static UpstreamSettings App(Option<HealthSettings> health, params string[] backends) => Upstream("app", health, backends);

    public static UpstreamSettings Upstream(string name, Option<HealthSettings> health, params string[] backends) =>
        UpstreamSettings.Of(name, toSeq(backends.Select(Backend).ToArray()).Strict()) with { Health = health };

    public static RouteSettings Route(string path, string to) => new(default, new PathPattern.Prefix(path), to, HeaderEdits.None, HeaderEdits.None);

    public static BackendId Id(string address, string upstream = "app") => new(upstream, Address(address));

    public static BackendAddress Address(string address) => BackendAddress.Parse(address).IfNone(() => throw new ArgumentException(address));

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static BackendSettings Backend(string text)
    {
        var parts = text.Split('=');
        return new BackendSettings(Address(parts[0]), parts.Length == 1 ? Weight.One : Weight.From(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)).IfNone(default(Weight)));
    }
}
