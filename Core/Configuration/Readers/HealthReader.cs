using System;
using Fairlead.Health;
using Fairlead.Http;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads active health checking: one of <c>tcp</c> and <c>http</c>, and how often, how patient and how stubborn.</summary>
internal static class HealthReader
{
    /// <summary>Checks in a row beyond this would take hours to flip anything.</summary>
    private const int ThresholdMax = 1000;

    /// <summary>The beat of the checks: 2 s as HAProxy (Pingora leaves it to the program, nginx 5 s, YARP 15 s).</summary>
    public static readonly TimeSpan DefaultEvery = TimeSpan.FromSeconds(2);

    /// <summary>How long one check may take: 1 s as Pingora.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Reads <paramref name="node"/>; <paramref name="isTls"/> tells whether the upstream speaks TLS.</summary>
    public static Validation<ConfigFault, HealthSettings> Read(ConfigNode node, bool isTls) => Fields.Read(node, MapShape.Health, fields =>
        (Beat(fields, isTls), fields.Optional("every-changing", DurationReader.Positive), fields.Optional("every-down", DurationReader.Positive))
        .Apply(static (health, changing, down) => health with { EveryChanging = changing, EveryDown = down }));

    private static Validation<ConfigFault, HealthSettings> Beat(Fields fields, bool isTls) =>
        (Probe(fields, isTls),
         fields.Optional("every", DurationReader.Positive, DefaultEvery),
         fields.Optional("timeout", DurationReader.Positive, DefaultTimeout),
         fields.Optional("rise", NumberReader.Between(1, ThresholdMax), 1),
         fields.Optional("fall", NumberReader.Between(1, ThresholdMax), 1),
         fields.Optional("initial", Initial, InitialHealth.Up),
         fields.Optional("jitter", NumberReader.ShareUpToHalf, 0.0))
        .Apply(static (probe, every, timeout, rise, fall, initial, jitter) => new HealthSettings(probe, every, timeout, rise, fall, initial, jitter));

    private static Validation<ConfigFault, InitialHealth> Initial(ConfigNode node) => ChoiceReader.Of(
        ("up", InitialHealth.Up), ("down", InitialHealth.Down), ("first-probe", InitialHealth.FirstProbe))(node);

    private static Validation<ConfigFault, ProbeSettings> Probe(Fields fields, bool isTls) => (fields.Node("tcp").Case, fields.Node("http").Case) switch
    {
        (ConfigNode tcp, null) => Tcp(tcp, isTls),
        (null, ConfigNode http) => Http(http, isTls),
        (null, null) => Bad<ProbeSettings>(fields.At, FaultCode.MissingKey, "'tcp' or 'http' is missing in a health check; say which check: tcp: {} or http: { path: / }"),
        _ => Bad<ProbeSettings>(fields.AtKey("http"), FaultCode.ConflictingKeys, "a health check is either 'tcp' or 'http'; keep one of them"),
    };

    private static Validation<ConfigFault, ProbeSettings> Tcp(ConfigNode node, bool isTls) => Fields.Read(node, MapShape.TcpCheck, fields =>
        (fields.Optional("handshake", ChoiceReader.Switch, absent: false).Bind(handshake => NeedsTls(fields, "handshake", handshake, isTls)),
         fields.Optional("port", NumberReader.Port))
        .Apply(static (handshake, port) => (ProbeSettings)new ProbeSettings.Tcp(handshake, port)));

    private static Validation<ConfigFault, ProbeSettings> Http(ConfigNode node, bool isTls) => Fields.Read(node, MapShape.HttpCheck, fields =>
        (fields.Optional("method", Method, "GET"),
         fields.Optional("path", PathReader.Target, "/"),
         fields.Optional("host", Host),
         fields.Optional("expect", Expect, StatusSet.Ok),
         fields.Optional("port", NumberReader.Port),
         fields.Optional("tls", ChoiceReader.Switch, absent: isTls).Bind(tls => NeedsTls(fields, "tls", tls, isTls)))
        .Apply(static (method, path, host, expect, port, tls) => (ProbeSettings)new ProbeSettings.Http(method, path, host, expect, port, tls)));

    private static Validation<ConfigFault, bool> NeedsTls(Fields fields, string key, bool asked, bool isTls) => asked && !isTls
        ? Bad<bool>(fields.AtKey(key), FaultCode.ConflictingKeys, $"'{key}' needs the upstream's TLS settings; add tls: {{}} to the upstream")
        : Good(asked);

    internal static Validation<ConfigFault, StatusSet> Expect(ConfigNode node) =>
        ScalarReader.Parsed(node, FaultCode.StatusSet, "a set of status codes such as 200, 200-299 or 200,204,300-399", StatusSet.Parse);

    private static Validation<ConfigFault, string> Host(ConfigNode node) =>
        ScalarReader.Parsed(node, FaultCode.Host, "a value for the Host field such as example.com or example.com:8080", static text => HostReader.IsAuthority(text) ? Some(text) : None);

    /// <summary>Methods whose answer ends a check without side effects; CONNECT would change the protocol.</summary>
    private static Validation<ConfigFault, string> Method(ConfigNode node) =>
        ScalarReader.Parsed(node, FaultCode.Method, "a method for a health check: GET, HEAD, OPTIONS or POST", static text => text is "GET" or "HEAD" or "OPTIONS" or "POST" ? Some(text) : None);
}
