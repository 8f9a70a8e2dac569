using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Unicode;
using Fairlead.Configuration;
using Fairlead.Console.Terminals;
using Fairlead.Console.Yaml;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Configuration;

/// <summary>What came of looking for a configuration.</summary>
internal abstract record LoadedConfig
{
    private LoadedConfig() { }

    /// <summary>It is good. <paramref name="Name"/> is as the user knows it.</summary>
    public sealed record Valid(string Name, ProxySettings Settings) : LoadedConfig;

    /// <summary>It was read, and these are its faults, in order.</summary>
    public sealed record Faulty(string Name, Seq<ConfigFault> Faults) : LoadedConfig;

    /// <summary>There is none, or it cannot be read.</summary>
    public sealed record NotFound(string Reason) : LoadedConfig;
}

/// <summary>Finds and reads a configuration file.</summary>
internal static class ConfigFile
{
    /// <summary>The name that means standard input.</summary>
    public const string StandardInput = "-";

    private const string FileName = "fairlead.yaml";

    /// <summary>Reads <paramref name="given"/>, or the first configuration of the usual places. Files that it names must be there, too.</summary>
    public static LoadedConfig Load(Option<string> given, Terminal terminal) => given.Match(
        Some: name => Read(name, terminal),
        None: () =>
        {
            foreach (var (name, mustExist) in UsualPlaces(terminal.Variables))
            {
                if (mustExist || File.Exists(terminal.Absolute(name)))
                    return Read(name, terminal);
            }

            var places = string.Join(", ", toSeq(UsualPlaces(terminal.Variables)).Map(static place => place.Name));
            return new LoadedConfig.NotFound($"there is no configuration: none of {places} exists; name one, or try 'fairlead demo'");
        });

    private static List<(string Name, bool MustExist)> UsualPlaces(HashMap<string, string> variables)
    {
        var places = new List<(string, bool)>();
        foreach (var named in variables.Find("FAIRLEAD_CONFIG").Filter(static v => v.Length > 0))
            places.Add((named, true));
        places.Add((FileName, false));

        // XDG Base Directory Specification: unset or empty means ~/.config, and a relative path is ignored.
        var home = variables.Find("XDG_CONFIG_HOME").Filter(Path.IsPathRooted)
                   || variables.Find("HOME").Filter(Path.IsPathRooted).Map(static h => Path.Combine(h, ".config"));
        foreach (var directory in home)
            places.Add((Path.Combine(directory, "fairlead", FileName), false));
        places.Add(("/etc/fairlead/" + FileName, false));
        return places;
    }

    private static LoadedConfig Read(string name, Terminal terminal)
    {
        var shown = name == StandardInput ? "<stdin>" : name;
        try
        {
            using var stream = name == StandardInput ? terminal.OpenInput() : File.OpenRead(terminal.Absolute(name));
            return Parse(shown, ReadBounded(stream), terminal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new LoadedConfig.NotFound($"cannot read {shown}: {ReasonOf(e)}");
        }
    }

    private static LoadedConfig Parse(string shown, byte[] bytes, Terminal terminal)
    {
        if (bytes.Length > ConfigLimits.BytesMax)
            return new LoadedConfig.Faulty(shown, Seq1(new ConfigFault(ConfigPosition.Start, FaultCode.TooLarge, $"the text has more than {ConfigLimits.BytesMax / (1024 * 1024)} MiB; this is no configuration, or it should be several")));
        if (!TryDecode(bytes, out var text, out var invalidAt))
            return new LoadedConfig.Faulty(shown, Seq1(new ConfigFault(invalidAt, FaultCode.Syntax, "this is not UTF-8; save the file in that encoding")));

        var (root, malformed) = YamlTree.Read(text);
        var read = root.Map(node => SettingsReader.Read(node, terminal.Variables));
        var unreadable = root.Map(node => Unreadable(node, terminal)).IfNone(Seq<ConfigFault>());
        var wrong = read.Map(static settings => settings.Match(Succ: static _ => Seq<ConfigFault>(), Fail: static faults => faults)).IfNone(Seq<ConfigFault>());
        var faults = InOrder(toSeq<ConfigFault>([.. malformed, .. WithoutThoseAt(malformed, wrong), .. unreadable]));
        return faults.IsEmpty && read.Case is Validation<ConfigFault, ProxySettings> good
            ? good.Match<LoadedConfig>(Succ: settings => new LoadedConfig.Valid(shown, settings), Fail: more => new LoadedConfig.Faulty(shown, more))
            : new LoadedConfig.Faulty(shown, faults);
    }

    /// <summary>Certificates and keys that cannot be read now would only stop the start.</summary>
    private static Seq<ConfigFault> Unreadable(ConfigNode root, Terminal terminal) => FileReferences.In(root, terminal.Variables).Bind(file =>
    {
        try
        {
            using var stream = File.OpenRead(terminal.Absolute(file.FileName));
            return Seq<ConfigFault>();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Seq1(new ConfigFault(file.At, FaultCode.FileUnreadable, $"the {file.What} '{file.FileName}' cannot be read: {ReasonOf(e)}; name a PEM file that this user may read"));
        }
    }).Strict();

    private static Seq<ConfigFault> WithoutThoseAt(Seq<ConfigFault> told, Seq<ConfigFault> faults)
    {
        var places = toHashSet(told.Map(static fault => fault.At));
        return faults.Filter(fault => !places.Contains(fault.At)).Strict();
    }

    private static Seq<ConfigFault> InOrder(Seq<ConfigFault> faults)
    {
        var sorted = faults.ToArray();
        System.Array.Sort(sorted, ConfigFault.Compare);
        return toSeq(sorted).Strict();
    }

    private static byte[] ReadBounded(Stream stream)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        for (int read; bytes.Length <= ConfigLimits.BytesMax && (read = stream.Read(buffer)) > 0;)
            bytes.Write(buffer, 0, read);
        return bytes.ToArray();
    }

    private static bool TryDecode(byte[] bytes, out string text, out ConfigPosition invalidAt)
    {
        var content = bytes.AsSpan();
        if (content.StartsWith("\uFEFF"u8))
            content = content[3..];
        var chars = new char[content.Length];
        Utf8.ToUtf16(content, chars, out var read, out var written, replaceInvalidSequences: false);
        text = new string(chars, 0, written);
        invalidAt = new ConfigPosition(1 + text.AsSpan().Count('\n'), text.Length - (text.LastIndexOf('\n') + 1) + 1);
        return read == content.Length;
    }

    private static string ReasonOf(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        UnauthorizedAccessException => "permission denied, or it is a directory",
        _ => e.Message.TrimEnd('.'),
    };
}
