using System.IO;
using System.Text;
using Fairlead.Console.Terminals;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead schema</c>: the JSON Schema of configurations, for editors.</summary>
internal static class SchemaCommand
{
    private const string ResourceName = "fairlead.schema.json";

    public static DocumentedCommand Create(Terminal terminal)
    {
        var command = new DocumentedCommand("schema", "Print the JSON Schema of configurations.",
            """
              fairlead schema > fairlead.schema.json

            Editors with the YAML language server complete and check a file that begins with
              # yaml-language-server: $schema=./fairlead.schema.json
            """);
        command.SetAction(_ =>
        {
            terminal.Out.Write(Text());
            return ExitCode.Ok;
        });
        return command;
    }

    public static string Text()
    {
        using var stream = typeof(SchemaCommand).Assembly.GetManifestResourceStream(ResourceName)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
