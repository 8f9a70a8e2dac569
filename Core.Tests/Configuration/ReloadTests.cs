using System;
using System.Net;
using Fairlead.Configuration;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Configuration;

public sealed class ReloadTests
{
    private static readonly ProxySettings Running = ProxySettings.Empty;

    [Fact]
    public void Equal_settings_need_no_restart() => Assert.Empty(Reload.NeedsRestart(Running, Running with { }));

    [Fact]
    public void Upstreams_routes_limits_and_timeouts_need_no_restart() =>
        Assert.Empty(Reload.NeedsRestart(Running, Running with
        {
            Upstreams = Seq1(UpstreamSettings.Of("a", default)),
            Limits = Running.Limits with { RequestFieldsMax = 7 },
            ClientTimeouts = Running.ClientTimeouts with { Idle = TimeSpan.FromSeconds(1) },
            TrustedProxies = Seq1(IPNetwork.Parse("10.0.0.0/8")),
        }));

    [Fact]
    public void What_was_opened_at_the_start_is_named() =>
        Assert.Equal("listeners access-log drain-limit", string.Join(' ', Reload.NeedsRestart(Running, Running with
        {
            Listeners = Seq1(new ListenerSettings(new ListenerAddress.Tcp(IPAddress.Loopback, 80), None)),
            AccessLog = AccessLogFormat.Json,
            DrainLimit = TimeSpan.FromSeconds(1),
        })));
}
