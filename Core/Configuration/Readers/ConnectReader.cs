using Fairlead.Http;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads the targets to which a route opens tunnels; none are opened without.</summary>
internal static class ConnectReader
{
    public static Validation<ConfigFault, Seq<ConnectTarget>> Read(ConfigNode node) => ListReader.Each(node, "targets", Target)
        .RefuseRepeated(static target => Some(target.ToString()!), FaultCode.DuplicateKey, static target => $"'{target}' is already listed above; keep one of them")
        .ToValidation();

    private static Validation<ConfigFault, ConnectTarget> Target(ConfigNode node) =>
        ScalarReader.Parsed(node, FaultCode.BackendAddress, "a target such as example.com:443, *.example.com:443 or [fd00::1]:443", ConnectTarget.Parse);
}
