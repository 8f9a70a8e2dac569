using System;
using System.Collections.Generic;
using System.IO;
using Fairlead.Configuration;
using LanguageExt;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Yaml;

/// <summary>
/// Reads YAML text into a <see cref="ConfigNode"/> from the parser's events: no types, no reflection, every key and value with its place. Anchors, tags and further
/// documents are refused, depth and number of nodes are bounded, so that a small text cannot become a large configuration.
/// </summary>
internal sealed class YamlTree
{
    private readonly IParser _parser;
    private readonly ConfigPosition _end;
    private readonly List<ConfigFault> _faults = [];
    private int _nodes;

    private YamlTree(string text)
    {
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        _end = EndOf(text);
    }

    /// <summary>The tree, and what is wrong with the text; no tree when the text breaks off. An empty text is an empty mapping.</summary>
    public static (Option<ConfigNode> Root, Seq<ConfigFault> Faults) Read(string text)
    {
        var tree = new YamlTree(text);
        var root = tree.ReadStream();
        return (root, toSeq(tree._faults).Strict());
    }

    private Option<ConfigNode> ReadStream()
    {
        try
        {
            _parser.Consume<StreamStart>();
            if (_parser.Accept<StreamEnd>(out _))
                return Some<ConfigNode>(new ConfigNode.Map(ConfigPosition.Start, Seq<ConfigEntry>()));
            _parser.Consume<DocumentStart>();
            var root = ReadNode(depth: 1);
            _parser.Consume<DocumentEnd>();
            if (_parser.Accept<DocumentStart>(out var second))
                Refuse(second, FaultCode.UnsupportedSyntax, "a second document begins here; a configuration is one document, so remove the '---' or split the file");
            return Some(root);
        }
        catch (LimitReached)
        {
            return None;
        }
        catch (YamlException broken)
        {
            return Broken(broken.Start, broken.Message.TrimEnd('.'));
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException or IndexOutOfRangeException or IOException)
        {
            // Some broken texts make the parser trip over itself instead of complaining.
            return Broken(_parser.Current?.End ?? Mark.Empty, "the text cannot go on like this");
        }
    }

    private Option<ConfigNode> Broken(Mark at, string what)
    {
        _faults.Add(new ConfigFault(PlaceOf(at), FaultCode.Syntax,
            $"this is not well-formed YAML: {char.ToLowerInvariant(what[0])}{what[1..]}; look at the indentation, brackets and quotes here and just before"));
        return None;
    }

    private ConfigNode ReadNode(int depth)
    {
        var begin = _parser.Current!;
        if (++_nodes > ConfigLimits.NodesMax)
            throw Exceeds(begin, $"there are more than {ConfigLimits.NodesMax} values");
        if (depth > ConfigLimits.DepthMax)
            throw Exceeds(begin, $"lists and mappings are nested more than {ConfigLimits.DepthMax} deep");
        if (begin is NodeEvent node)
            RefuseAnchorAndTag(node);

        switch (begin)
        {
            case Scalar scalar:
                _parser.MoveNext();
                return new ConfigNode.Scalar(PlaceOf(scalar.Start), scalar.Value, IsQuoted: scalar.Style != ScalarStyle.Plain);
            case SequenceStart:
                return ReadList(depth);
            case MappingStart:
                return ReadMap(depth);
            case AnchorAlias alias:
                Refuse(alias, FaultCode.UnsupportedSyntax, $"'*{alias.Value}' refers to an anchor, which configurations do not use; write the value here");
                _parser.MoveNext();
                return new ConfigNode.Scalar(PlaceOf(alias.Start), "");
            default:
                throw new YamlException(begin.Start, begin.End, "a value is missing");
        }
    }

    private ConfigNode.List ReadList(int depth)
    {
        var begin = _parser.Consume<SequenceStart>();
        var items = new List<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(depth + 1));
        return new ConfigNode.List(PlaceOf(begin.Start), toSeq(items).Strict());
    }

    private ConfigNode.Map ReadMap(int depth)
    {
        var begin = _parser.Consume<MappingStart>();
        var entries = new List<ConfigEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            if (key is not ConfigNode.Scalar)
                _faults.Add(new ConfigFault(key.At, FaultCode.UnsupportedSyntax, "a list or mapping cannot be a key; write a name"));
            var value = ReadNode(depth + 1);
            if (key is ConfigNode.Scalar name)
                entries.Add(new ConfigEntry(name.Text, name.At, value));
        }

        return new ConfigNode.Map(PlaceOf(begin.Start), toSeq(entries).Strict());
    }

    private void RefuseAnchorAndTag(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
            Refuse(node, FaultCode.UnsupportedSyntax, $"'&{node.Anchor}' is an anchor, which configurations do not use; write each value where it is needed");
        if (!node.Tag.IsEmpty)
            Refuse(node, FaultCode.UnsupportedSyntax, $"'{node.Tag}' is a tag, which configurations do not use; leave it out");
    }

    private void Refuse(ParsingEvent at, FaultCode code, string message) => _faults.Add(new ConfigFault(PlaceOf(at.Start), code, message));

    private LimitReached Exceeds(ParsingEvent at, string what)
    {
        Refuse(at, FaultCode.TooLarge, what + "; this is no configuration, or it should be several");
        return new LimitReached();
    }

    /// <summary>The parser may be one line beyond the end of the text when something is missing there.</summary>
    private ConfigPosition PlaceOf(Mark mark)
    {
        var place = new ConfigPosition((int)mark.Line, (int)mark.Column);
        return place.CompareTo(_end) > 0 ? _end : place.CompareTo(ConfigPosition.Start) < 0 ? ConfigPosition.Start : place;
    }

    private static ConfigPosition EndOf(string text)
    {
        var trimmed = text.AsSpan().TrimEnd("\r\n");
        var line = 1 + trimmed.Count('\n');
        return new ConfigPosition(line, trimmed.Length - (trimmed.LastIndexOf('\n') + 1) + 1);
    }

    private sealed class LimitReached : Exception;
}
