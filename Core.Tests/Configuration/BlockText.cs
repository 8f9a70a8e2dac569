using System;
using System.Text;
using Fairlead.Configuration;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Configuration;

/// <summary>
/// The corner of YAML that these tests are written in: block and flow mappings and lists, plain and double-quoted scalars (with \n and \t), comments. It only makes
/// trees with places; real YAML is read, and tested, in the shell.
/// </summary>
internal sealed class BlockText
{
    private readonly string _text;
    private int _at;

    private BlockText(string text) => _text = text;

    public static ConfigNode Parse(string text)
    {
        var parser = new BlockText(text);
        parser.SkipToContent();
        return parser.AtEnd ? new ConfigNode.Map(ConfigPosition.Start, Seq<ConfigEntry>()) : parser.Block();
    }

    private bool AtEnd => _at >= _text.Length;

    private int Column => _at - (_at == 0 ? 0 : _text.LastIndexOf('\n', _at - 1) + 1) + 1;

    private ConfigPosition Here => new(1 + _text.AsSpan(0, _at).Count('\n'), Column);

    private bool AtDash => At('-') && (_at + 1 == _text.Length || _text[_at + 1] is ' ' or '\n');

    private ConfigNode Block()
    {
        if (AtDash)
            return BlockList();
        return AtKey() ? BlockMap() : Inline(isFlow: false);
    }

    private ConfigNode.List BlockList()
    {
        var (place, column, items) = (Here, Column, Seq<ConfigNode>());
        while (!AtEnd && AtDash && Column == column)
        {
            _at++;
            SkipToContent();
            items = items.Add(Block());
            SkipToContent();
        }

        return new ConfigNode.List(place, items.Strict());
    }

    private ConfigNode.Map BlockMap()
    {
        var (place, column, entries) = (Here, Column, Seq<ConfigEntry>());
        while (!AtEnd && !AtDash && Column == column)
        {
            var (key, keyPlace) = Key();
            SkipSpaces();
            var nothing = new ConfigNode.Scalar(Here, "");
            var line = Here.Line;
            SkipToContent();
            var isNested = !AtEnd && (Here.Line == line || Column > column || (Column == column && AtDash));
            entries = entries.Add(new ConfigEntry(key, keyPlace, isNested ? Here.Line == line ? Inline(isFlow: false) : Block() : nothing));
            SkipToContent();
        }

        return new ConfigNode.Map(place, entries.Strict());
    }

    private ConfigNode Inline(bool isFlow)
    {
        var place = Here;
        if (At('['))
            return new ConfigNode.List(place, FlowItems(']', () => Inline(isFlow: true)));
        if (At('{'))
            return new ConfigNode.Map(place, FlowItems('}', FlowEntry));
        if (At('"'))
            return new ConfigNode.Scalar(place, Quoted(), IsQuoted: true);
        return new ConfigNode.Scalar(place, Plain(isFlow));
    }

    private Seq<T> FlowItems<T>(char end, Func<T> read)
    {
        var items = Seq<T>();
        _at++;
        SkipToContent();
        while (!At(end))
        {
            items = items.Add(read());
            SkipToContent();
            if (At(','))
                _at++;
            SkipToContent();
        }

        _at++;
        return items.Strict();
    }

    private ConfigEntry FlowEntry()
    {
        var (key, place) = Key();
        SkipSpaces();
        return new ConfigEntry(key, place, At(',') || At('}') ? new ConfigNode.Scalar(Here, "") : Inline(isFlow: true));
    }

    private (string Key, ConfigPosition At) Key()
    {
        var place = Here;
        if (At('"'))
        {
            var quoted = Quoted();
            _at++;
            return (quoted, place);
        }

        var begin = _at;
        while (!(At(':') && (_at + 1 == _text.Length || _text[_at + 1] is ' ' or '\n')))
            _at++;
        return (_text[begin.._at++], place);
    }

    private bool AtKey()
    {
        var end = _text.IndexOf('\n', _at) is var newline && newline < 0 ? _text.Length : newline;
        var line = _text[_at..end];
        return !line.StartsWith('{') && !line.StartsWith('[') && (line.Contains(": ", StringComparison.Ordinal) || line.TrimEnd().EndsWith(':'));
    }

    private string Plain(bool isFlow)
    {
        var begin = _at;
        while (!AtEnd && !At('\n') && !(isFlow && (At(',') || At(']') || At('}'))) && !(At('#') && _text[_at - 1] == ' '))
            _at++;
        return _text[begin.._at].TrimEnd();
    }

    private string Quoted()
    {
        var text = new StringBuilder();
        for (_at++; !At('"'); _at++)
        {
            if (!At('\\'))
                text.Append(_text[_at]);
            else
                text.Append(_text[++_at] switch { 'n' => '\n', 't' => '\t', var other => other });
        }

        _at++;
        return text.ToString();
    }

    private void SkipSpaces()
    {
        while (At(' '))
            _at++;
    }

    private void SkipToContent()
    {
        while (!AtEnd)
        {
            if (_text[_at] is ' ' or '\n')
                _at++;
            else if (At('#'))
                _at = _text.IndexOf('\n', _at) is var end && end < 0 ? _text.Length : end;
            else
                return;
        }
    }

    private bool At(char c) => !AtEnd && _text[_at] == c;
}
