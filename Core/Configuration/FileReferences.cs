using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration;

/// <summary>A file that a configuration names, and where it does so.</summary>
public readonly record struct FileReference(ConfigPosition At, string FileName, string What);

/// <summary>Finds the files a configuration names, so that the shell, which may look at the disk, can say where a missing one was asked for.</summary>
public static class FileReferences
{
    /// <summary>The certificate, key and CA files named in <paramref name="root"/>, in the order of the text. Whatever is not well-formed names none.</summary>
    public static Seq<FileReference> In(ConfigNode root, HashMap<string, string> variables)
    {
        var (expanded, _) = Variables.Expand(root, variables);
        var listeners = Values(expanded, "listeners").Bind(Items).Bind(static listener => Values(listener, "tls"))
            .Bind(static tls => Seq1(tls).Then(Values(tls, "certificates").Bind(Items)).Then(Values(tls, "client")));
        var upstreams = Values(expanded, "upstreams").Bind(Values).Bind(static upstream => Values(upstream, "tls"));
        return listeners.Then(upstreams)
            .Bind(static tls => Named(tls, "certificate", "certificate").Then(Named(tls, "key", "private key")).Then(Named(tls, "ca", "CA file")))
            .Strict();
    }

    private static Seq<FileReference> Named(ConfigNode tls, string key, string what) => Values(tls, key)
        .Bind(node => node is ConfigNode.Scalar { IsNothing: false } scalar && scalar.Text.Length > 0 ? Seq1(new FileReference(scalar.At, scalar.Text, what)) : Seq<FileReference>());

    private static Seq<ConfigNode> Values(ConfigNode node, string key) =>
        node is ConfigNode.Map map ? map.Entries.Filter(entry => entry.Key == key).Map(static entry => entry.Value).Strict() : Seq<ConfigNode>();

    private static Seq<ConfigNode> Values(ConfigNode node) => node is ConfigNode.Map map ? map.Entries.Map(static entry => entry.Value).Strict() : Seq<ConfigNode>();

    private static Seq<ConfigNode> Items(ConfigNode node) => node is ConfigNode.List list ? list.Items : Seq<ConfigNode>();
}
