using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads the name of a file; whether it is there is not Core's to know.</summary>
internal static class FileNameReader
{
    public static Validation<ConfigFault, string> Pem(ConfigNode node) => ScalarReader.Text(node, "the name of a PEM file").Bind(name =>
        name.Length > 0 && !name.Contains('\0')
            ? Good(name)
            : Bad<string>(node, FaultCode.FileName, "this is not a file name; write the path of a PEM file"));
}
