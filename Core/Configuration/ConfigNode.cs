using LanguageExt;

namespace Fairlead.Configuration;

/// <summary>A place in the configuration's text, both numbers counted from 1.</summary>
public readonly record struct ConfigPosition(int Line, int Column) : System.IComparable<ConfigPosition>
{
    /// <summary>The beginning of the text.</summary>
    public static ConfigPosition Start => new(1, 1);

    /// <inheritdoc/>
    public int CompareTo(ConfigPosition other) => (Line, Column).CompareTo((other.Line, other.Column));
}

/// <summary>
/// A configuration as written, before anything is known about its meaning: scalars, lists and mappings, each with its place. Whatever the text format was
/// (YAML, flags), it becomes this tree, and <see cref="SettingsReader"/> makes settings of it.
/// </summary>
public abstract record ConfigNode
{
    private ConfigNode(ConfigPosition at) => At = at;

    /// <summary>Where it begins.</summary>
    public ConfigPosition At { get; init; }

    /// <summary>A piece of text. <paramref name="IsQuoted"/> tells <c>""</c> (an empty text) from nothing at all.</summary>
    public sealed record Scalar(ConfigPosition At, string Text, bool IsQuoted = false) : ConfigNode(At)
    {
        /// <summary>True for a key without a value, <c>~</c> and <c>null</c>.</summary>
        public bool IsNothing => !IsQuoted && Text is "" or "~" or "null";
    }

    /// <summary>Several nodes in order.</summary>
    public sealed record List(ConfigPosition At, Seq<ConfigNode> Items) : ConfigNode(At);

    /// <summary>Keys with their values in order; a key written twice is still there twice.</summary>
    public sealed record Map(ConfigPosition At, Seq<ConfigEntry> Entries) : ConfigNode(At);
}

/// <summary>A key, where it stands, and its value.</summary>
public sealed record ConfigEntry(string Key, ConfigPosition At, ConfigNode Value);
