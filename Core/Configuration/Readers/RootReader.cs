using System.Net;
using Fairlead.Http;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads a whole configuration.</summary>
internal static class RootReader
{
    /// <summary>A head larger than this is no head (the largest default among servers is 64 KiB).</summary>
    private const int HeadBytesMax = 1024 * 1024;

    /// <summary>Room for the shortest requests anybody sends.</summary>
    private const int HeadBytesMin = 256;

    /// <summary>Fields in one head.</summary>
    private const int FieldsMax = 10_000;

    public static Validation<ConfigFault, ProxySettings> Read(ConfigNode node) => Fields.Read(node, MapShape.Root, static fields =>
        (Listeners(fields),
         Upstreams(fields),
         Routes(fields),
         fields.Optional("trusted-proxies", Networks, Seq<IPNetwork>()),
         fields.Optional("client-timeouts", Timeouts, ClientTimeouts.Default),
         fields.Optional("limits", Limits, LimitSettings.Default),
         fields.Optional("access-log", AccessLog, AccessLogFormat.Text),
         fields.Optional("drain-limit", DurationReader.Any, ProxySettings.DefaultDrainLimit),
         fields.Optional("forwarded", Forwarding, ForwardingFields.XForwarded))
        .Apply(static (listeners, upstreams, routes, trusted, timeouts, limits, log, drain, forwarding) =>
            new ProxySettings(listeners, upstreams, routes, trusted, timeouts, limits, log, drain) { Forwarding = forwarding }));

    private static Validation<ConfigFault, ForwardingFields> Forwarding(ConfigNode node) => ChoiceReader.Of(
        ("x-forwarded", ForwardingFields.XForwarded), ("forwarded", ForwardingFields.Forwarded), ("both", ForwardingFields.Both), ("off", ForwardingFields.Off))(node);

    private static Validation<ConfigFault, AccessLogFormat> AccessLog(ConfigNode node) => ChoiceReader.Of(
        ("text", AccessLogFormat.Text), ("json", AccessLogFormat.Json), ("off", AccessLogFormat.Off))(node);

    private static Validation<ConfigFault, Seq<ListenerSettings>> Listeners(Fields fields) => fields.Node("listeners").Match(
        Some: static node => node is ConfigNode.List { Items.IsEmpty: true }
            ? Bad<Seq<ListenerSettings>>(node, FaultCode.NoListener, "nothing listens; write '- bind: 127.0.0.1:6188'")
            : ListReader.Each(node, "listeners", ListenerReader.Read)
                .RefuseRepeated(KeyOf, FaultCode.DuplicateListener, static listener => $"{listener.Address} is already listened on above; an address can be bound once, so keep one of them")
                .ToValidation(),
        None: () => Bad<Seq<ListenerSettings>>(fields.At, FaultCode.NoListener, "'listeners' is missing; write where clients connect: listeners: [ { bind: 127.0.0.1:6188 } ]"));

    private static Validation<ConfigFault, Seq<UpstreamSettings>> Upstreams(Fields fields) => fields.Node("upstreams").Match(
        Some: UpstreamReader.All,
        None: () => Bad<Seq<UpstreamSettings>>(fields.At, FaultCode.NoUpstream, "'upstreams' is missing; write where requests go: upstreams: { app: { backends: [ \"127.0.0.1:8080\" ] } }"));

    private static Validation<ConfigFault, Seq<RouteSettings>> Routes(Fields fields) => fields.Node("routes").Match(
        Some: node => RouteReader.All(node, UpstreamReader.NamesIn(fields.Node("upstreams"))),
        None: () => Bad<Seq<RouteSettings>>(fields.At, FaultCode.NoRoute, "'routes' is missing; write which requests go where: routes: [ { to: NAME } ]"));

    /// <summary>Port 0 is another port each time.</summary>
    private static Option<string> KeyOf(ListenerSettings listener) => listener.Address is ListenerAddress.Tcp { Port: 0 } ? None : Some(listener.Address.ToString()!);

    private static Validation<ConfigFault, Seq<IPNetwork>> Networks(ConfigNode node) => ListReader.Each(node, "networks", NetworkReader.Read)
        .RefuseRepeated(static network => network.ToString(), FaultCode.Network, static network => $"{network} is already listed above; keep one of them")
        .ToValidation();

    private static Validation<ConfigFault, ClientTimeouts> Timeouts(ConfigNode node)
    {
        var usual = ClientTimeouts.Default;
        return Fields.Read(node, MapShape.ClientTimeouts, fields =>
            (fields.Optional("tls-handshake", DurationReader.Positive, usual.TlsHandshake),
             fields.Optional("request-head", DurationReader.Positive, usual.RequestHead),
             fields.Optional("idle", DurationReader.Positive, usual.Idle),
             fields.Optional("body-gap", DurationReader.Positive, usual.BodyGap),
             fields.Optional("write-stall", DurationReader.Positive, usual.WriteStall))
            .Apply(static (handshake, head, idle, gap, stall) => new ClientTimeouts(handshake, head, idle, gap, stall)));
    }

    private static Validation<ConfigFault, LimitSettings> Limits(ConfigNode node)
    {
        var usual = LimitSettings.Default;
        var head = BytesReader.Between(HeadBytesMin, HeadBytesMax);
        var count = NumberReader.Between(1, FieldsMax);
        return Fields.Read(node, MapShape.Limits, fields =>
            (fields.Optional("request-line", head, usual.RequestLineBytesMax),
             fields.Optional("request-head", head, usual.RequestHeadBytesMax),
             fields.Optional("request-fields", count, usual.RequestFieldsMax),
             fields.Optional("response-head", head, usual.ResponseHeadBytesMax),
             fields.Optional("response-fields", count, usual.ResponseFieldsMax),
             fields.Optional("request-body", BytesReader.AnyOrOff, usual.RequestBodyBytesMax))
            .Apply(static (line, requestHead, requestFields, responseHead, responseFields, body) =>
                new LimitSettings(line, requestHead, requestFields, responseHead, responseFields, body))
            .Bind(limits => limits.RequestLineBytesMax <= limits.RequestHeadBytesMax
                ? Good(limits)
                : Bad<LimitSettings>(fields.AtKey("request-line"), FaultCode.Bytes,
                    $"the request line may be {BytesReader.Write(limits.RequestLineBytesMax)}, but the whole head with it only {BytesReader.Write(limits.RequestHeadBytesMax)}; raise request-head or lower request-line")));
    }
}
