using System.IO;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Console.Commands;
using Fairlead.Console.Terminals;

namespace Fairlead.Console.Mapping;

/// <summary>Writes the backend of each key.</summary>
internal static class KeyMapping
{
    private const int OutputBufferBytes = 64 * 1024;

    /// <summary>A line a key; the exit code says whether each has a backend.</summary>
    public static int Write(NamedUpstream upstream, KeyStream keys, Terminal terminal)
    {
        var selector = upstream.Selector;
        var isComplete = true;
        using var output = Lines(terminal);
        foreach (var key in keys.Read())
        {
            var index = keys.Pick(selector, key);
            isComplete &= index != Picker.None;
            output.Write(key.Text);
            output.Write('\t');
            output.Write(NameOf(selector, index));
            output.Write('\n');
        }

        return isComplete ? ExitCode.Ok : ExitCode.False;
    }

    /// <summary>Standard output for many lines.</summary>
    public static StreamWriter Lines(Terminal terminal) => new(terminal.OutBytes, new UTF8Encoding(false), OutputBufferBytes, leaveOpen: true);

    public static string NameOf(Selector selector, int index) => index == Picker.None ? "-" : selector.Candidates[index].Address.ToString()!;
}
