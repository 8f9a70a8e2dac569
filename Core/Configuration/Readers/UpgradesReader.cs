using System.Text;
using Fairlead.Http;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads the protocols a route allows a connection to change to; an empty list allows none.</summary>
internal static class UpgradesReader
{
    public static Validation<ConfigFault, Seq<string>> Read(ConfigNode node) => ListReader.Each(node, "protocols", Protocol)
        .RefuseRepeated(static protocol => Some(protocol.ToLowerInvariant()), FaultCode.DuplicateKey, static protocol => $"'{protocol}' is already listed above; keep one of them")
        .ToValidation();

    private static Validation<ConfigFault, string> Protocol(ConfigNode node) => ScalarReader.Text(node, "a protocol such as websocket").Bind(text =>
        Upgrades.CanBeAllowed(Encoding.UTF8.GetBytes(text))
            ? Good(text)
            : Bad<string>(node, FaultCode.Choice, $"'{Shapes.Shortened(text)}' cannot be upgraded to; name a protocol such as websocket (no HTTP or TLS: its requests would pass the proxy unseen)"));
}
