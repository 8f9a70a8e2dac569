using System.IO;
using System.Text;
using System.Text.Json;
using Fairlead.Configuration;
using Fairlead.Console.Terminals;
using LanguageExt;
using Spectre.Console;

namespace Fairlead.Console.Configuration;

/// <summary>Shows faults to people (<c>file:line:column: code: message</c>, one a line) and to programs (JSON).</summary>
internal static class FaultReport
{
    public static void WriteLines(Terminal terminal, string file, Seq<ConfigFault> faults)
    {
        var error = terminal.StyledError();
        foreach (var fault in faults)
            error.MarkupLineInterpolated($"[bold]{file}:{fault.At.Line}:{fault.At.Column}:[/] [red]{fault.CodeText}:[/] {fault.Message}");
    }

    /// <summary>One object with <c>file</c>, <c>valid</c> and <c>faults</c>.</summary>
    public static string JsonOf(string file, Seq<ConfigFault> faults)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteBoolean("valid", faults.IsEmpty);
            json.WriteStartArray("faults");
            foreach (var fault in faults)
            {
                json.WriteStartObject();
                json.WriteNumber("line", fault.At.Line);
                json.WriteNumber("column", fault.At.Column);
                json.WriteString("code", fault.CodeText);
                json.WriteString("message", fault.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
