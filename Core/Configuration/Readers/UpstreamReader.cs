using System;
using Fairlead.Balancing;
using Fairlead.Primitives;
using Fairlead.Resilience;
using Fairlead.Upstreams;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads the upstreams: a mapping from their names to their settings.</summary>
internal static class UpstreamReader
{
    /// <summary>Names stand in every log line and metric.</summary>
    private const int NameLengthMax = 64;

    /// <summary>Idle connections to one backend: beyond the ports of one address pair.</summary>
    private const int IdleMax = 65_535;

    public static Validation<ConfigFault, Seq<UpstreamSettings>> All(ConfigNode node)
    {
        if (node is ConfigNode.Map { Entries.IsEmpty: true } or ConfigNode.Scalar { IsNothing: true })
            return Bad<Seq<UpstreamSettings>>(node, FaultCode.NoUpstream, "there is nothing to forward to; name an upstream with its backends");
        if (node is not ConfigNode.Map map)
            return Bad<Seq<UpstreamSettings>>(node, FaultCode.WrongShape, $"{Shapes.NameOf(node)} where a mapping of names to upstreams was expected; write 'name:' and its settings below");

        var upstreams = Seq<UpstreamSettings>();
        var faults = Fields.Repeated(map);
        foreach (var entry in map.Entries)
        {
            (Name(entry), Read(entry.Key, entry.Value)).Apply(static (_, upstream) => upstream).Match(
                Succ: upstream => { upstreams = upstreams.Add(upstream); },
                Fail: wrong => { faults = faults.Then(wrong); });
        }

        return Unless(faults.Strict(), upstreams.Strict());
    }

    /// <summary>The names that routes may lead to, also of upstreams with faults: those are told once, not once more for each route.</summary>
    public static Seq<string> NamesIn(Option<ConfigNode> node) => node
        .Bind(static n => n is ConfigNode.Map map ? Some(map.Entries.Map(static entry => entry.Key).Strict()) : None)
        .IfNone(Seq<string>());

    private static Validation<ConfigFault, UpstreamSettings> Read(string name, ConfigNode node) => Fields.Read(node, MapShape.Upstream, fields =>
        (Itself(name, fields), SelectionReader.Read(fields), fields.Optional("outlier", OutlierReader.Read), fields.Optional("breaker", BreakerReader.Read),
         fields.Optional("proxy-protocol", ProxyProtocol, ProxyProtocolVersion.None))
        .Apply(static (upstream, selection, outlier, breaker, version) => upstream with { Selection = selection, Outlier = outlier, Breaker = breaker, ProxyProtocol = version })
        .Bind(upstream => Nameable(fields, upstream))
        .Bind(upstream => Boundable(fields, upstream))
        .Bind(upstream => Triable(fields, upstream)));

    private static Validation<ConfigFault, UpstreamSettings> Itself(string name, Fields fields) =>
        (fields.Optional("policy", PolicyReader.Read, new PolicySettings.RoundRobin()),
         Backends(fields),
         fields.Optional("retry", RetryReader.Read, RetrySettings.Default),
         fields.Optional("tls", UpstreamTlsReader.Read),
         fields.Optional("health", health => HealthReader.Read(health, fields.Has("tls"))),
         fields.Optional("timeouts", Timeouts, UpstreamTimeouts.Default),
         fields.Optional("pool", Pool, PoolSettings.Default),
         fields.Optional("resolve-every", DurationReader.Positive, UpstreamSettings.DefaultResolveEvery))
        .Apply((policy, backends, retry, tls, health, timeouts, pool, resolveEvery) =>
            new UpstreamSettings(name, policy, backends, retry, tls, health, timeouts, pool, resolveEvery));

    private static Validation<ConfigFault, Seq<BackendSettings>> Backends(Fields fields) => fields.Node("backends").Match(
        Some: BackendReader.All,
        None: () => Bad<Seq<BackendSettings>>(fields.At, FaultCode.NoBackend, "'backends' is missing in an upstream; list at least one address"));

    /// <summary>A socket's path is no name that a certificate could be verified for.</summary>
    private static Validation<ConfigFault, UpstreamSettings> Nameable(Fields fields, UpstreamSettings upstream) =>
        upstream.Tls.Exists(static tls => tls.Verify && tls.ServerName.IsNone) && upstream.Backends.Exists(static backend => backend.Address is BackendAddress.UnixPath)
            ? Bad<UpstreamSettings>(fields.AtKey("tls"), FaultCode.MissingKey, "a backend behind a Unix-domain socket has no name to verify; say 'sni', or verify: false")
            : Good(upstream);

    /// <summary>A bound passes a key on to another backend; without a key there is nobody to pass over.</summary>
    private static Validation<ConfigFault, UpstreamSettings> Boundable(Fields fields, UpstreamSettings upstream) =>
        upstream.Selection.BoundedLoad.IsSome && !upstream.Policy.IsHash
            ? Bad<UpstreamSettings>(fields.AtKey("bounded-load"), FaultCode.ConflictingKeys, $"'bounded-load' needs a policy that hashes: {string.Join(", ", PolicyReader.HashNames)}; change the policy or leave it out")
            : Good(upstream);

    /// <summary>An attempt that the total time would cut off has not the time that was promised to it.</summary>
    private static Validation<ConfigFault, UpstreamSettings> Triable(Fields fields, UpstreamSettings upstream)
    {
        var needed = upstream.Retry.AttemptTimeout.Map(each => each * upstream.Retry.AttemptsMax);
        return needed > upstream.Timeouts.Total && upstream.Timeouts.Total.IsSome
            ? Bad<UpstreamSettings>(fields.AtKey("retry"), FaultCode.ConflictingKeys, FormattableString.Invariant(
                $"{upstream.Retry.AttemptsMax} attempts of up to {DurationText.Write(upstream.Retry.AttemptTimeout.IfNone(TimeSpan.Zero))} do not fit into the total of {DurationText.Write(upstream.Timeouts.Total.IfNone(TimeSpan.Zero))}; lower attempts or attempt-timeout, or raise total"))
            : Good(upstream);
    }

    private static Validation<ConfigFault, ProxyProtocolVersion> ProxyProtocol(ConfigNode node) => ChoiceReader.Of(
        ("off", ProxyProtocolVersion.None), ("v1", ProxyProtocolVersion.V1), ("v2", ProxyProtocolVersion.V2))(node);

    private static Validation<ConfigFault, UpstreamTimeouts> Timeouts(ConfigNode node)
    {
        var usual = UpstreamTimeouts.Default;
        return Fields.Read(node, MapShape.UpstreamTimeouts, fields =>
            (fields.Optional("connect", DurationReader.Positive, usual.Connect),
             fields.Optional("tls-handshake", DurationReader.Positive, usual.TlsHandshake),
             fields.Optional("response-head", DurationReader.Positive, usual.ResponseHead),
             fields.Optional("body-gap", DurationReader.Positive, usual.BodyGap),
             fields.Optional("total", OffReader.Or<TimeSpan>(DurationReader.Positive), usual.Total),
             fields.Optional("tunnel-idle", DurationReader.Positive, usual.TunnelIdle),
             fields.Optional("tunnel-total", OffReader.Or<TimeSpan>(DurationReader.Positive), usual.TunnelTotal))
            .Apply(static (connect, handshake, head, gap, total, tunnelIdle, tunnelTotal) =>
                new UpstreamTimeouts(connect, handshake, head, gap, total) { TunnelIdle = tunnelIdle, TunnelTotal = tunnelTotal }));
    }

    private static Validation<ConfigFault, PoolSettings> Pool(ConfigNode node) => Fields.Read(node, MapShape.Pool, static fields =>
        (fields.Optional("idle-max", NumberReader.Between(0, IdleMax), PoolSettings.Default.IdleMax),
         fields.Optional("idle-timeout", DurationReader.Positive, PoolSettings.Default.IdleTimeout))
        .Apply(static (most, timeout) => new PoolSettings(most, timeout)));

    private static Validation<ConfigFault, Unit> Name(ConfigEntry entry)
    {
        var isName = entry.Key.Length is >= 1 and <= NameLengthMax;
        foreach (var c in entry.Key)
            isName &= char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
        return isName
            ? Good(unit)
            : Bad<Unit>(entry.At, FaultCode.Name, FormattableString.Invariant($"'{Shapes.Shortened(entry.Key)}' is not a name for an upstream; use 1 to {NameLengthMax} letters, digits, '-', '_' and '.'"));
    }
}
