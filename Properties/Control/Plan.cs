using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Primitives;
using Fairlead.Routing;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Control;

/// <summary>
/// Settings made of a number: up to three upstreams over one small pool of addresses, so that reloads often keep, add, drop, reorder and reweigh the same backends. Thresholds
/// and the initial state belong to the check, so that a history of results has one meaning. The same number gives equal settings, built anew.
/// </summary>
public sealed record Plan(int Number)
{
    private static readonly string[] _names = ["a", "b", "c"];

    private static readonly string[] _addresses = ["10.0.0.1:80", "10.0.0.2:80", "[fd00::3]:80", "unix:/run/four", "five.test:80", "six.test:80", "five.test:81"];

    /// <summary>The settings of that number.</summary>
    public ProxySettings Build()
    {
        var entropy = new Entropy((ulong)Number);
        var names = _names.Where(_ => Below(ref entropy, 4) > 0).ToArray();
        var upstreams = names.Select(name => Upstream(name, ref entropy)).ToArray();
        return ProxySettings.Empty with
        {
            Upstreams = toSeq(upstreams).Strict(),
            Routes = toSeq(names.Select(static name => new RouteSettings(default, new PathPattern.Prefix("/" + name), name, HeaderEdits.None, HeaderEdits.None)).ToArray()).Strict(),
            DrainLimit = TimeSpan.FromSeconds(Below(ref entropy, 3)),
        };
    }

    /// <summary>Every backend any plan may have.</summary>
    public static IReadOnlyList<BackendId> Everyone { get; } =
        [.. from name in _names from address in _addresses select new BackendId(name, Address(address))];

    public static BackendAddress Address(string text) => BackendAddress.Parse(text).IfNone(() => throw new ArgumentException(text));

    private static UpstreamSettings Upstream(string name, ref Entropy entropy)
    {
        var rotation = Below(ref entropy, _addresses.Length);
        var backends = new List<BackendSettings>();
        for (var i = 0; i < _addresses.Length; i++)
        {
            if (Below(ref entropy, 2) == 0)
                backends.Add(new BackendSettings(Address(_addresses[(i + rotation) % _addresses.Length]), Weight.From(Below(ref entropy, 3) * 3).IfNone(default(Weight))));
        }

        return UpstreamSettings.Of(name, toSeq(backends.ToArray()).Strict()) with
        {
            Health = Check(name, ref entropy),
            Policy = Below(ref entropy, 3) switch
            {
                0 => new PolicySettings.Random(),
                1 => new PolicySettings.Ketama(new KeySource.ClientIp()),
                _ => new PolicySettings.RoundRobin(),
            },
            ResolveEvery = TimeSpan.FromSeconds(2 + (8 * Below(ref entropy, 2))),
            Outlier = Below(ref entropy, 4) == 0 ? None : Rules(Below(ref entropy, 3)),
            Breaker = Below(ref entropy, 2) == 0 ? None : BreakerSettings.Default,
            Selection = SelectionSettings.Default with { SlowStart = Below(ref entropy, 2) == 0 ? None : new SlowStartSettings(TimeSpan.FromSeconds(3)) },
        };
    }

    // Without chance, so that what is ejected follows from what was told.
    private static OutlierSettings Rules(int kind) => new()
    {
        Interval = TimeSpan.FromSeconds(1),
        BaseEjection = TimeSpan.FromSeconds(2 * kind),
        MaxEjection = TimeSpan.FromSeconds(5),
        MaxEjectedPercent = 50,
        AlwaysEjectOne = kind == 1,
        ReturnOnPassedProbe = kind == 2,
        SplitLocalErrors = kind == 2,
        SuccessRate = new SuccessRateSettings(HostsMin: 2, RequestsMin: 2, StandardDeviations: 0.9),
    };

    private static Option<HealthSettings> Check(string name, ref Entropy entropy)
    {
        var kind = Below(ref entropy, 8);
        if (kind == 0)
            return None;
        var port = kind == 1 ? 9 : name[0];                           // mostly the check of the upstream, sometimes another one
        return new HealthSettings(
            new ProbeSettings.Tcp(Handshake: false, Port: port),
            Every: TimeSpan.FromSeconds(1 + (4 * Below(ref entropy, 2))),
            Timeout: TimeSpan.FromMilliseconds(500 + (1500 * Below(ref entropy, 2))),
            Rise: 1 + (port % 3), Fall: 1 + (port % 2), (InitialHealth)(port % 3), Jitter: 0.2 * Below(ref entropy, 2));
    }

    private static int Below(ref Entropy entropy, int bound)
    {
        (var draw, entropy) = entropy.Draw();
        return (int)Entropy.Below(draw, (ulong)bound);
    }
}
