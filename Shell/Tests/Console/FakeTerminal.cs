using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Console;
using Fairlead.Console.Terminals;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Console;

/// <summary>A process's surroundings in memory, with a working directory of its own that is removed at the end.</summary>
internal sealed class FakeTerminal : IDisposable
{
    private readonly MemoryStream _out = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StreamWriter _outText;
    private readonly Terminal _terminal;

    public FakeTerminal(byte[]? input = null, params (string Name, string Value)[] variables)
    {
        _outText = new StreamWriter(_out, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        Directory = System.IO.Directory.CreateTempSubdirectory("fairlead-").FullName;
        _terminal = new Terminal
        {
            OpenInput = () => new MemoryStream(input ?? []),
            OutBytes = _out,
            Out = _outText,
            Error = _error,
            Variables = toHashMap(variables),
            Directory = Directory,
        };
    }

    public string Directory { get; }

    public Terminal Terminal => _terminal;

    public string Out => Encoding.UTF8.GetString(_out.ToArray());

    public string Error => _error.ToString();

    /// <summary>A terminal whose standard input is <paramref name="input"/>.</summary>
    public static FakeTerminal WithInput(string input, params (string Name, string Value)[] variables) => new(Encoding.UTF8.GetBytes(input), variables);

    public Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(arguments, _terminal);

    /// <summary>Writes a file below the working directory and gives its relative name.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Directory, name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return name;
    }

    public void Dispose()
    {
        _outText.Dispose();
        _error.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
