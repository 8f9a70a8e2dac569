using System;
using System.Linq;
using Fairlead.Configuration;
using Fairlead.Console.Yaml;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Console;

public class YamlTreeTests
{
    [Fact]
    public void Every_key_and_value_has_its_place()
    {
        var (root, faults) = YamlTree.Read("""
            # comment
            a:
              - b: 1
                "c d": "x"   # another
              - {e: f, g: }
            h: |
              several
              lines
            """);

        Assert.True(faults.IsEmpty);
        Assert.Equal(
            Some(Map(2, 1,
                ("a", 2, 1, List(3, 3,
                    Map(3, 5, ("b", 3, 5, Text(3, 8, "1")), ("c d", 4, 5, Quoted(4, 12, "x"))),
                    Map(5, 5, ("e", 5, 6, Text(5, 9, "f")), ("g", 5, 12, Text(5, 15, ""))))),
                ("h", 6, 1, Quoted(6, 4, "several\nlines")))),
            root);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# nothing\n")]
    [InlineData("---\n# nothing\n")]
    public void An_empty_text_is_a_configuration_without_keys(string text)
    {
        var (root, faults) = YamlTree.Read(text);
        Assert.True(faults.IsEmpty);
        Assert.True(root.Exists(static node => node is ConfigNode.Map { Entries.IsEmpty: true } or ConfigNode.Scalar { IsNothing: true }));
    }

    [Theory]
    [InlineData("a: &x 1", "1:4: FL0106: '&x' is an anchor, which configurations do not use; write each value where it is needed")]
    [InlineData("a: *x", "1:4: FL0106: '*x' refers to an anchor, which configurations do not use; write the value here")]
    [InlineData("a: !!int 1", "1:4: FL0106: 'tag:yaml.org,2002:int' is a tag, which configurations do not use; leave it out")]
    [InlineData("a: 1\n---\nb: 2", "2:1: FL0106: a second document begins here; a configuration is one document, so remove the '---' or split the file")]
    [InlineData("? [ x ]\n: y", "1:3: FL0106: a list or mapping cannot be a key; write a name")]
    public void What_configurations_do_not_use_is_refused_and_the_rest_is_read(string text, string fault)
    {
        var (root, faults) = YamlTree.Read(text);
        Assert.Equal(fault, Assert.Single(faults).ToString());
        Assert.True(root.IsSome);
    }

    [Theory]
    [InlineData("a: b: c", "1:5: FL0101: this is not well-formed YAML: while scanning a plain scalar value, found invalid mapping; look at the indentation, brackets and quotes here and just before")]
    [InlineData("a: [\n", "1:5: FL0101: this is not well-formed YAML: while parsing a node, did not find expected node content; look at the indentation, brackets and quotes here and just before")]
    [InlineData("a: \"x", "1:4: FL0101: this is not well-formed YAML: while scanning a quoted scalar, found unexpected end of stream; look at the indentation, brackets and quotes here and just before")]
    public void Broken_text_is_told_at_a_place_inside_it(string text, string fault)
    {
        var (root, faults) = YamlTree.Read(text);
        Assert.Equal(fault, Assert.Single(faults).ToString());
        Assert.True(root.IsNone);
    }

    [Theory]
    [InlineData("[", "1:33: FL0107: lists and mappings are nested more than 32 deep; this is no configuration, or it should be several")]
    [InlineData("{a: ", "1:126: FL0107: lists and mappings are nested more than 32 deep; this is no configuration, or it should be several")]
    public void Depth_is_bounded(string opening, string fault)
    {
        var (_, faults) = YamlTree.Read(string.Concat(Enumerable.Repeat(opening, 10_000)));
        Assert.Equal(fault, Assert.Single(faults).ToString());
    }

    [Fact]
    public void The_number_of_values_is_bounded()
    {
        var (root, faults) = YamlTree.Read(string.Concat(Enumerable.Repeat("- a\n", ConfigLimits.NodesMax)));
        Assert.Equal(($"{ConfigLimits.NodesMax}:3", FaultCode.TooLarge), ($"{faults[0].At.Line}:{faults[0].At.Column}", faults[0].Code));
        Assert.True(root.IsNone);
    }

    [Fact]
    public void No_text_at_all_makes_the_reader_throw_or_point_outside()
    {
        const string pieces = "a: -[]{},\"'#&*!|>?%@`~\\\n\t \u00e4\0";
        var dice = new Random(20240607);
        for (var round = 0; round < 5_000; round++)
        {
            var text = new string([.. Enumerable.Range(0, dice.Next(30)).Select(_ => pieces[dice.Next(pieces.Length)])]);
            var lines = text.Split('\n');
            foreach (var fault in YamlTree.Read(text).Faults)
            {
                Assert.InRange(fault.At.Line, 1, lines.Length);
                Assert.InRange(fault.At.Column, 1, lines[fault.At.Line - 1].Length + 1);
            }
        }
    }

    private static ConfigNode Text(int line, int column, string text) => new ConfigNode.Scalar(new ConfigPosition(line, column), text);

    private static ConfigNode Quoted(int line, int column, string text) => new ConfigNode.Scalar(new ConfigPosition(line, column), text, IsQuoted: true);

    private static ConfigNode List(int line, int column, params ConfigNode[] items) => new ConfigNode.List(new ConfigPosition(line, column), toSeq(items));

    private static ConfigNode Map(int line, int column, params (string Key, int Line, int Column, ConfigNode Value)[] entries) => new ConfigNode.Map(
        new ConfigPosition(line, column), toSeq(entries.Select(static e => new ConfigEntry(e.Key, new ConfigPosition(e.Line, e.Column), e.Value)).ToArray()));
}
