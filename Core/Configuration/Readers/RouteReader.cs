using Fairlead.Http;
using Fairlead.Routing;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads which requests go to which upstream.</summary>
internal static class RouteReader
{
    public static Validation<ConfigFault, Seq<RouteSettings>> All(ConfigNode node, Seq<string> upstreams)
    {
        if (node is ConfigNode.List { Items.IsEmpty: true })
            return Bad<Seq<RouteSettings>>(node, FaultCode.NoRoute, "no route leads to an upstream; write '- to: NAME'");
        return ListReader.Each(node, "routes", route => Read(route, upstreams))
            .RefuseRepeated(
                static route => Some(KeyOf(route)), FaultCode.DuplicateRoute,
                static _ => $"the route above already takes every request of this host and path, so this one would never be taken; remove it or change its host or path")
            .ToValidation();
    }

    private static Validation<ConfigFault, RouteSettings> Read(ConfigNode node, Seq<string> upstreams) => Fields.Read(node, MapShape.Route, fields =>
        (Hosts(fields),
         Path(fields),
         fields.Required("to", to => To(to, upstreams), "name the upstream it leads to"),
         fields.Optional("request-headers", HeaderEditsReader.OfRequests, HeaderEdits.None),
         fields.Optional("response-headers", HeaderEditsReader.OfResponses, HeaderEdits.None),
         fields.Optional("upgrades", UpgradesReader.Read, RouteSettings.DefaultUpgrades),
         fields.Optional("connect", ConnectReader.Read, Seq<ConnectTarget>()))
        .Apply(static (hosts, path, to, request, response, upgrades, connect) =>
            new RouteSettings(hosts, path, to, request, response) { Upgrades = upgrades, Connect = connect }));

    private static Validation<ConfigFault, string> To(ConfigNode node, Seq<string> upstreams) => ScalarReader.Text(node, "the name of an upstream").Bind(name =>
        upstreams.Contains(name)
            ? Good(name)
            : Bad<string>(node, FaultCode.UnknownUpstream, $"there is no upstream '{Shapes.Shortened(name)}'{DidYouMean.Phrase(name, upstreams, "the upstreams are")}"));

    private static Validation<ConfigFault, Seq<HostPattern>> Hosts(Fields fields)
    {
        if (fields.Has("host") && fields.Has("hosts"))
            return Bad<Seq<HostPattern>>(fields.AtKey("hosts"), FaultCode.ConflictingKeys, "'host' names one host and 'hosts' a list of them; keep one of the two keys");
        return fields.Has("host")
            ? fields.Required("host", HostReader.Pattern, "").Map(static host => Seq1(host))
            : fields.Optional("hosts", SeveralHosts, Seq<HostPattern>());
    }

    private static Validation<ConfigFault, Seq<HostPattern>> SeveralHosts(ConfigNode node) => node is ConfigNode.List { Items.IsEmpty: true }
        ? Bad<Seq<HostPattern>>(node, FaultCode.Host, "an empty list of hosts would serve none; list at least one, or leave 'hosts' out to serve every host")
        : ListReader.Each(node, "hosts", HostReader.Pattern)
            .RefuseRepeated(static host => host.ToString()!, FaultCode.Host, static _ => $"this host is already listed above; keep one of them")
            .ToValidation();

    private static Validation<ConfigFault, PathPattern> Path(Fields fields) => (fields.Node("path").Case, fields.Node("path-prefix").Case) switch
    {
        (ConfigNode, ConfigNode) => Bad<PathPattern>(fields.AtKey("path-prefix"), FaultCode.ConflictingKeys, "'path' is the whole path and 'path-prefix' its beginning; keep one of the two keys"),
        (ConfigNode path, _) => PathReader.Exact(path),
        (_, ConfigNode prefix) => PathReader.Prefix(prefix),
        _ => Good(PathPattern.Any),
    };

    private static string KeyOf(RouteSettings route) => string.Join(' ', route.Hosts.Map(static host => host.ToString())) + " " + route.Path;
}
