using System;
using Fairlead.Http;
using Fairlead.Primitives;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads changes to the header section of requests or responses.</summary>
internal static class HeaderEditsReader
{
    public static Validation<ConfigFault, HeaderEdits> OfRequests(ConfigNode node) => Read(node, isRequest: true);

    public static Validation<ConfigFault, HeaderEdits> OfResponses(ConfigNode node) => Read(node, isRequest: false);

    private static Validation<ConfigFault, HeaderEdits> Read(ConfigNode node, bool isRequest) => Fields.Read(node, MapShape.HeaderEdits, fields =>
        (fields.Optional("remove", names => Removed(names, isRequest), Seq<string>()),
         fields.Optional("set", sets => Named(sets, "values to set", entry => Set(entry, isRequest)), Seq<(string, string)>()),
         fields.Optional("add", adds => Named(adds, "values to add", entry => Added(entry, isRequest)), Seq<(string, string)>()))
        .Apply(static (remove, set, add) => new HeaderEdits(remove, set, add)));

    private static Validation<ConfigFault, Seq<string>> Removed(ConfigNode node, bool isRequest) => ListReader.Each(node, "field names", item =>
            ScalarReader.Text(item, "a field name").Bind(name => Name(item.At, name)).Bind(name => isRequest && IsHost(name)
                ? Bad<string>(item, FaultCode.FieldRefused, "a request must have exactly one Host; set it instead of removing it")
                : Good(name)))
        .RefuseRepeated(static name => name.ToLowerInvariant(), FaultCode.DuplicateKey, static name => $"'{name}' is already removed above; keep one of them")
        .ToValidation();

    /// <summary>The fields of a mapping from name to value; names are compared without case, as HTTP does.</summary>
    private static Validation<ConfigFault, Seq<(string Name, string Value)>> Named(
        ConfigNode node, string of, Func<ConfigEntry, Validation<ConfigFault, Seq<(string, string)>>> read)
    {
        if (node is ConfigNode.Scalar { IsNothing: true })
            return Good(Seq<(string, string)>());
        if (node is not ConfigNode.Map map)
            return Bad<Seq<(string, string)>>(node, FaultCode.WrongShape, $"{Shapes.NameOf(node)} where a mapping of field names to {of} was expected; write {{ X-Name: value }}");

        var fields = Seq<(string, string)>();
        var faults = Fields.Repeated(map with { Entries = map.Entries.Map(static entry => entry with { Key = entry.Key.ToLowerInvariant() }).Strict() });
        foreach (var entry in map.Entries)
        {
            (Name(entry.At, entry.Key), read(entry)).Apply(static (_, values) => values).Match(
                Succ: values => { fields = fields.Then(values); },
                Fail: wrong => { faults = faults.Then(wrong); });
        }

        return Unless(faults.Strict(), fields.Strict());
    }

    private static Validation<ConfigFault, Seq<(string, string)>> Set(ConfigEntry entry, bool isRequest) => Value(entry.Value).Bind(value =>
        isRequest && IsHost(entry.Key) && !HostReader.IsAuthority(value)
            ? Bad<Seq<(string, string)>>(entry.Value, FaultCode.FieldValue, $"'{Shapes.Shortened(value)}' is not a value for Host; write a host, perhaps with a port, such as example.com:8080")
            : Good(Seq1((entry.Key, value))));

    private static Validation<ConfigFault, Seq<(string, string)>> Added(ConfigEntry entry, bool isRequest)
    {
        if (isRequest && IsHost(entry.Key))
            return Bad<Seq<(string, string)>>(entry.At, FaultCode.FieldRefused, "a request must have exactly one Host; set it instead of adding one");
        return entry.Value is ConfigNode.List
            ? ListReader.Each(entry.Value, "values", Value).ToValidation().Map(values => values.Map(value => (entry.Key, value)).Strict())
            : Value(entry.Value).Map(value => Seq1((entry.Key, value)));
    }

    private static Validation<ConfigFault, string> Value(ConfigNode node) => ScalarReader.Text(node, "a field value (\"\" for an empty one)").Bind(text => FieldRules.IsValue(text)
        ? Good(text)
        : Bad<string>(node, FaultCode.FieldValue, "a field value has no control characters, none beyond Latin-1, and no white space at its ends (RFC 9110 §5.5); percent-encode or leave them out"));

    private static Validation<ConfigFault, string> Name(ConfigPosition at, string name)
    {
        if (!FieldRules.IsToken(name))
            return Bad<string>(at, FaultCode.FieldName, $"'{Shapes.Shortened(name)}' is not a field name; use letters, digits and !#$%&'*+-.^_`|~ (RFC 9110 §5.1)");
        return FieldRules.WhyRefused(name) is { } why ? Bad<string>(at, FaultCode.FieldRefused, $"{name} {why}; leave it out") : Good(name);
    }

    private static bool IsHost(string name) => string.Equals(name, "Host", StringComparison.OrdinalIgnoreCase);
}
