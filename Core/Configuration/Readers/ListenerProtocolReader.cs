using System;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads what is spoken on a listener, and where its connections go when that is not HTTP.</summary>
internal static class ListenerProtocolReader
{
    private const string Http = "http";

    private enum Kind : byte
    {
        Http = 0,
        Tcp,
        TlsPassthrough,
    }

    public static Validation<ConfigFault, ListenerProtocol> Read(Fields fields, Seq<string> upstreams) =>
        (fields.Optional("protocol", ChoiceReader.Of((Http, Kind.Http), ("tcp", Kind.Tcp), ("tls-passthrough", Kind.TlsPassthrough)), Kind.Http),
         fields.Optional("to", node => RouteReader.To(node, upstreams)),
         fields.Optional("routes", node => Routes(node, upstreams)))
        .Apply(static (kind, to, routes) => (kind, to, routes))
        .Bind(read => read.kind switch
        {
            Kind.Tcp => read.to.Match(
                Some: static to => Good<ListenerProtocol>(new ListenerProtocol.Tcp(to)),
                None: () => Bad<ListenerProtocol>(fields.At, FaultCode.MissingKey, "'to' is missing in a listener; name the upstream its connections go to"))
                .With(Pointless(fields, "protocol: tcp", "routes", "serve-half-closed")),
            Kind.TlsPassthrough => read.routes.Match(
                Some: static routes => Good<ListenerProtocol>(new ListenerProtocol.TlsPassthrough(routes)),
                None: () => Bad<ListenerProtocol>(fields.At, FaultCode.MissingKey, "'routes' is missing in a listener; say which server names go where: routes: [ { host: a.example, to: NAME } ]"))
                .With(Pointless(fields, "protocol: tls-passthrough", "to", "tls", "serve-half-closed")),
            _ => Good<ListenerProtocol>(new ListenerProtocol.Http()).With(Pointless(fields, "protocol: http", "to", "routes")),
        });

    /// <summary>True when a listener among them serves HTTP, so that there must be routes; also when it cannot be told.</summary>
    public static bool AnyHttp(Option<ConfigNode> listeners) => listeners.Match(
        Some: static node => node is not ConfigNode.List { Items.IsEmpty: false } list || list.Items.Exists(static item => ProtocolOf(item).ForAll(static word => word == Http)),
        None: static () => true);

    private static Option<string> ProtocolOf(ConfigNode listener) => listener is ConfigNode.Map map
        ? map.Entries.Find(static entry => entry.Key == "protocol").Bind(static entry => entry.Value is ConfigNode.Scalar scalar ? Some(scalar.Text) : None)
        : None;

    private static Validation<ConfigFault, Seq<TlsRoute>> Routes(ConfigNode node, Seq<string> upstreams)
    {
        if (node is ConfigNode.List { Items.IsEmpty: true })
            return Bad<Seq<TlsRoute>>(node, FaultCode.NoRoute, "no route leads to an upstream; write '- to: NAME'");
        return ListReader.Each(node, "routes", route => Fields.Read(route, MapShape.TlsRoute, fields =>
                (RouteReader.Hosts(fields), fields.Required("to", to => RouteReader.To(to, upstreams), "name the upstream it leads to")).Apply(static (hosts, to) => new TlsRoute(hosts, to))))
            .RefuseRepeated(
                static route => Some(string.Join(' ', route.Hosts.Map(static host => host.ToString()))), FaultCode.DuplicateRoute,
                static _ => "the route above already takes every connection for these names, so this one would never be taken; remove it or change its hosts")
            .ToValidation();
    }

    private static Seq<ConfigFault> Pointless(Fields fields, string with, params ReadOnlySpan<string> keys)
    {
        var faults = Seq<ConfigFault>();
        foreach (var key in keys)
        {
            if (fields.Has(key))
                faults = faults.Add(new ConfigFault(fields.AtKey(key), FaultCode.ConflictingKeys, $"'{key}' means nothing with {with}; leave it out, or change the protocol"));
        }

        return faults;
    }
}
