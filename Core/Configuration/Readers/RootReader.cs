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

    /// <summary>Connections of one listener: what the largest machines hold.</summary>
    private const int ConnectionsMax = 10_000_000;

    /// <summary>A least speed above that of a slow link is no protection but a fault.</summary>
    private const int RateMax = 1024 * 1024;

    public static Validation<ConfigFault, ProxySettings> Read(ConfigNode node) => Fields.Read(node, MapShape.Root, static fields =>
        (Listeners(fields),
         Upstreams(fields),
         Routes(fields),
         fields.Optional("trusted-proxies", NetworkReader.All, Seq<IPNetwork>()),
         fields.Optional("client-timeouts", Timeouts, ClientTimeouts.Default),
         fields.Optional("limits", Limits, LimitSettings.Default),
         fields.Optional("access-log", AccessLog, AccessLogFormat.Text),
         fields.Optional("drain-limit", DurationReader.Any, ProxySettings.DefaultDrainLimit),
         fields.Optional("forwarded", Forwarding, ForwardingFields.XForwarded))
        .Apply(static (listeners, upstreams, routes, trusted, timeouts, limits, log, drain, forwarding) =>
            new ProxySettings(listeners, upstreams, routes, trusted, timeouts, limits, log, drain) { Forwarding = forwarding })
        .Bind(settings => Trusting(fields, settings)));

    /// <summary>A listener that waits for a PROXY header of nobody would refuse everybody.</summary>
    private static Validation<ConfigFault, ProxySettings> Trusting(Fields fields, ProxySettings settings) =>
        settings.TrustedProxies.IsEmpty && settings.Listeners.Exists(static listener => listener.ProxyProtocol != ProxyProtocolUse.Off && listener.ProxyProtocolFrom.IsEmpty)
            ? Bad<ProxySettings>(fields.AtKey("listeners"), FaultCode.MissingKey, "a listener takes PROXY headers, but nobody is trusted to send one; name the proxies in front in 'proxy-protocol-from' there or in 'trusted-proxies'")
            : Good(settings);

    private static Validation<ConfigFault, ForwardingFields> Forwarding(ConfigNode node) => ChoiceReader.Of(
        ("x-forwarded", ForwardingFields.XForwarded), ("forwarded", ForwardingFields.Forwarded), ("both", ForwardingFields.Both), ("off", ForwardingFields.Off))(node);

    private static Validation<ConfigFault, AccessLogFormat> AccessLog(ConfigNode node) => ChoiceReader.Of(
        ("text", AccessLogFormat.Text), ("json", AccessLogFormat.Json), ("off", AccessLogFormat.Off))(node);

    private static Validation<ConfigFault, Seq<ListenerSettings>> Listeners(Fields fields) => fields.Node("listeners").Match(
        Some: node => node is ConfigNode.List { Items.IsEmpty: true }
            ? Bad<Seq<ListenerSettings>>(node, FaultCode.NoListener, "nothing listens; write '- bind: 127.0.0.1:6188'")
            : ListReader.Each(node, "listeners", listener => ListenerReader.Read(listener, UpstreamReader.NamesIn(fields.Node("upstreams"))))
                .RefuseRepeated(KeyOf, FaultCode.DuplicateListener, static listener => $"{listener.Address} is already listened on above; an address can be bound once, so keep one of them")
                .ToValidation(),
        None: () => Bad<Seq<ListenerSettings>>(fields.At, FaultCode.NoListener, "'listeners' is missing; write where clients connect: listeners: [ { bind: 127.0.0.1:6188 } ]"));

    private static Validation<ConfigFault, Seq<UpstreamSettings>> Upstreams(Fields fields) => fields.Node("upstreams").Match(
        Some: UpstreamReader.All,
        None: () => Bad<Seq<UpstreamSettings>>(fields.At, FaultCode.NoUpstream, "'upstreams' is missing; write where requests go: upstreams: { app: { backends: [ \"127.0.0.1:8080\" ] } }"));

    private static Validation<ConfigFault, Seq<RouteSettings>> Routes(Fields fields) => fields.Node("routes").Match(
        Some: node => RouteReader.All(node, UpstreamReader.NamesIn(fields.Node("upstreams"))),
        None: () => !ListenerProtocolReader.AnyHttp(fields.Node("listeners"))
            ? Good(Seq<RouteSettings>())
            : Bad<Seq<RouteSettings>>(fields.At, FaultCode.NoRoute, "'routes' is missing; write which requests go where: routes: [ { to: NAME } ]"));

    /// <summary>Port 0 is another port each time.</summary>
    private static Option<string> KeyOf(ListenerSettings listener) => listener.Address is ListenerAddress.Tcp { Port: 0 } ? None : Some(listener.Address.ToString()!);

    private static Validation<ConfigFault, ClientTimeouts> Timeouts(ConfigNode node)
    {
        var usual = ClientTimeouts.Default;
        return Fields.Read(node, MapShape.ClientTimeouts, fields =>
            (fields.Optional("tls-handshake", DurationReader.Positive, usual.TlsHandshake),
             fields.Optional("request-head", DurationReader.Positive, usual.RequestHead),
             fields.Optional("idle", DurationReader.Positive, usual.Idle),
             fields.Optional("body-gap", DurationReader.Positive, usual.BodyGap),
             fields.Optional("write-stall", DurationReader.Positive, usual.WriteStall),
             fields.Optional("proxy-header", DurationReader.Positive, usual.ProxyHeader),
             fields.Optional("rate-grace", DurationReader.Positive, usual.RateGrace))
            .Apply(static (handshake, head, idle, gap, stall, proxy, grace) => new ClientTimeouts(handshake, head, idle, gap, stall) { ProxyHeader = proxy, RateGrace = grace }));
    }

    private static Validation<ConfigFault, LimitSettings> Limits(ConfigNode node)
    {
        var usual = LimitSettings.Default;
        var head = BytesReader.Between(HeadBytesMin, HeadBytesMax);
        var count = NumberReader.Between(1, FieldsMax);
        return Fields.Read(node, MapShape.Limits, fields => (Sizes(fields), Connections(fields, usual)).Apply(static (sizes, connections) => sizes with
        {
            ConnectionsMax = connections.ConnectionsMax,
            ReservedDescriptors = connections.ReservedDescriptors,
            ConnectionsPerClientMax = connections.ConnectionsPerClientMax,
            RequestsPerConnectionMax = connections.RequestsPerConnectionMax,
            RequestRateMin = connections.RequestRateMin,
            ResponseRateMin = connections.ResponseRateMin,
        }));

        Validation<ConfigFault, LimitSettings> Sizes(Fields fields) =>
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
                    $"the request line may be {BytesReader.Write(limits.RequestLineBytesMax)}, but the whole head with it only {BytesReader.Write(limits.RequestHeadBytesMax)}; raise request-head or lower request-line"));
    }

    private static Validation<ConfigFault, LimitSettings> Connections(Fields fields, LimitSettings usual)
    {
        var number = NumberReader.Between(1, ConnectionsMax);
        var rate = OffReader.Or(BytesReader.Between(1, RateMax));
        return (fields.Optional("connections", number, usual.ConnectionsMax),
                fields.Optional("reserved-descriptors", NumberReader.Between(0, ConnectionsMax), usual.ReservedDescriptors),
                fields.Optional("connections-per-client", OffReader.Or(number), usual.ConnectionsPerClientMax),
                fields.Optional("requests-per-connection", OffReader.Or(NumberReader.Between(1, int.MaxValue)), usual.RequestsPerConnectionMax),
                fields.Optional("min-request-rate", rate, usual.RequestRateMin),
                fields.Optional("min-response-rate", rate, usual.ResponseRateMin))
            .Apply((connections, reserved, perClient, requests, requestRate, responseRate) => usual with
            {
                ConnectionsMax = connections,
                ReservedDescriptors = reserved,
                ConnectionsPerClientMax = perClient,
                RequestsPerConnectionMax = requests,
                RequestRateMin = requestRate,
                ResponseRateMin = responseRate,
            });
    }
}
