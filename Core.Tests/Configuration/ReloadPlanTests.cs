using System;
using System.Linq;
using System.Net;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Configuration;

public sealed class ReloadPlanTests
{
    private static readonly BackendSettings One = Backend("10.0.0.1:80");
    private static readonly BackendSettings Two = Backend("10.0.0.2:80");
    private static readonly BackendSettings Three = Backend("10.0.0.3:80");
    private static readonly ProxySettings Running = ProxySettings.Empty with { Listeners = Seq(Listener(80), Listener(81)), Upstreams = Seq1(App(One, Two)) };

    [Fact]
    public void Equal_settings_change_nothing() => Assert.True(ReloadPlan.Of(Running, Running with { }).IsEmpty);

    [Fact]
    public void Listeners_are_told_by_address()
    {
        var secure = new ListenerSettings(Listener(81).Address, Some(ListenerTls.Of("a.pem", "a.key")));
        Assert.Equal(
            Changes(new ReloadChange.ListenerAdded(Listener(82)), new ReloadChange.ListenerChanged(Listener(81), secure), new ReloadChange.ListenerRemoved(Listener(80))),
            ReloadPlan.Of(Running, Running with { Listeners = Seq(Listener(82), secure) }));
    }

    [Fact]
    public void Each_of_several_listeners_with_a_port_of_the_systems_choice_is_one() =>
        Assert.Equal(
            Changes(new ReloadChange.ListenerAdded(Listener(0))),
            ReloadPlan.Of(Running with { Listeners = Seq1(Listener(0)) }, Running with { Listeners = Seq(Listener(0), Listener(0)) }));

    [Fact]
    public void Backends_are_told_by_upstream_and_address() =>
        Assert.Equal(
            Changes(
                new ReloadChange.BackendReweighted(Id(Two), Weight.One, Weigh(3)),
                new ReloadChange.BackendMovedTier(Id(Two), 0, 1),
                new ReloadChange.BackendAdded(Id(Three), Weight.One),
                new ReloadChange.BackendRemoved(Id(One))),
            ReloadPlan.Of(Running, Running with { Upstreams = Seq1(App(Two with { Weight = Weigh(3), Tier = 1 }, Three)) }));

    [Fact]
    public void Another_order_of_backends_is_a_change_and_so_is_another_limit() =>
        Assert.Equal(
            (Changes(new ReloadChange.BackendsReordered("app")), Changes(new ReloadChange.BackendChanged(Id(Two)))),
            (ReloadPlan.Of(Running, Running with { Upstreams = Seq1(App(Two, One)) }),
             ReloadPlan.Of(Running, Running with { Upstreams = Seq1(App(One, Two with { InFlightMax = 7 })) })));

    [Fact]
    public void Upstreams_come_change_and_go()
    {
        var other = UpstreamSettings.Of("other", Seq1(Three));
        var patient = App(One, Two) with { ResolveEvery = TimeSpan.FromSeconds(7), Pool = new PoolSettings(1, TimeSpan.FromSeconds(1)) };
        Assert.Equal(Changes(new ReloadChange.UpstreamAdded("other", 1), new ReloadChange.UpstreamRemoved("app", 2)), ReloadPlan.Of(Running, Running with { Upstreams = Seq1(other) }));
        Assert.Equal(Changes(new ReloadChange.UpstreamChanged("app", Seq("pool", "resolve-every"))), ReloadPlan.Of(Running, Running with { Upstreams = Seq1(patient) }));
    }

    [Fact]
    public void Top_level_settings_are_told_by_their_keys() =>
        Assert.Equal(
            "trusted-proxies client-timeouts limits access-log drain-limit",
            string.Join(' ', ReloadPlan.Of(Running, Running with
            {
                TrustedProxies = Seq1(IPNetwork.Parse("10.0.0.0/8")),
                ClientTimeouts = Running.ClientTimeouts with { Idle = TimeSpan.FromSeconds(1) },
                Limits = Running.Limits with { RequestFieldsMax = 7 },
                AccessLog = AccessLogFormat.Json,
                DrainLimit = TimeSpan.FromSeconds(1),
            }).Changes.OfType<ReloadChange.SettingChanged>().Select(static change => change.Key)));

    [Fact]
    public void A_ring_that_loses_a_backend_moves_only_its_keys_and_says_how_many()
    {
        var moved = Moved(Ring(One, Two, Three), Ring(One, Two));
        Assert.Equal(10_000, moved.Keys);
        Assert.Equal(moved.Smallest, moved.Moved);
        Assert.InRange(moved.Moved, 2_500, 4_200);
    }

    [Fact]
    public void A_policy_that_starts_over_moves_more_than_it_had_to()
    {
        var moved = Moved(Modulo(One, Two, Three), Modulo(One, Two));
        Assert.InRange(moved.Moved, moved.Smallest + 1, 10_000);
    }

    [Fact]
    public void Sample_addresses_reach_every_backend_of_a_policy_by_network()
    {
        var moved = Moved(
            App(One) with { Policy = new PolicySettings.SourceIpHash(24) },
            App(One, Two) with { Policy = new PolicySettings.SourceIpHash(24) });
        Assert.InRange(moved.Moved, 4_000, 6_000);
    }

    [Fact]
    public void Keys_that_mean_something_else_are_not_compared()
    {
        var other = Ring(One, Two) with { Policy = new PolicySettings.Ketama(new KeySource.Uri()) };
        Assert.DoesNotContain(ReloadPlan.Of(With(Ring(One, Two)), With(other)).Changes, static change => change is ReloadChange.KeysMoved);
        Assert.DoesNotContain(ReloadPlan.Of(With(App(One, Two)), With(App(One))).Changes, static change => change is ReloadChange.KeysMoved);
    }

    private static ReloadChange.KeysMoved Moved(UpstreamSettings before, UpstreamSettings after) =>
        ReloadPlan.Of(With(before), With(after)).Changes.OfType<ReloadChange.KeysMoved>().Single();

    private static ProxySettings With(UpstreamSettings upstream) => Running with { Upstreams = Seq1(upstream) };

    private static UpstreamSettings Ring(params BackendSettings[] backends) => App(backends) with { Policy = new PolicySettings.Ketama(new KeySource.Path()) };

    private static UpstreamSettings Modulo(params BackendSettings[] backends) => App(backends) with { Policy = new PolicySettings.Hash(new KeySource.Path()) };

    private static UpstreamSettings App(params BackendSettings[] backends) => UpstreamSettings.Of("app", toSeq(backends).Strict());

    private static BackendSettings Backend(string address) => new(BackendAddress.Parse(address).IfNone(() => throw new ArgumentException(address)), Weight.One);

    private static BackendId Id(BackendSettings backend) => new("app", backend.Address);

    private static Weight Weigh(int value) => Weight.From(value).IfNone(() => throw new ArgumentException("a weight"));

    private static ListenerSettings Listener(int port) => new(new ListenerAddress.Tcp(IPAddress.Loopback, port), None);

    private static ReloadPlan Changes(params ReloadChange[] changes) => new(toSeq(changes).Strict());
}
