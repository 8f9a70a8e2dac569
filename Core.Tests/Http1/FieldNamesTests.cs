using System;
using System.Linq;
using System.Text;
using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

public sealed class FieldNamesTests
{
    [Theory]
    [InlineData("X_User", "X-User", true)]
    [InlineData("x_USER-id", "X-User-Id", true)]
    [InlineData("X-User", "X-User", false)]                          // the field itself
    [InlineData("X-User", "X_User", false)]                          // who names the twin means the twin alone
    [InlineData("X_User", "X_User", false)]
    [InlineData("X_User", "X-Users", false)]
    [InlineData("X_Usor", "X-User", false)]
    [InlineData("", "", false)]
    public void A_name_with_underscores_for_dashes_is_a_twin(string name, string of, bool isTwin) =>
        Assert.Equal(isTwin, FieldNames.IsTwin(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(of)));

    private static readonly FieldName[] Known = [.. Enum.GetValues<FieldName>().Where(static name => name != FieldName.Other)];

    [Fact]
    public void Every_known_name_is_recognised_in_any_case() => Assert.All(Known, static known =>
    {
        Assert.Equal(known, Recognise(Spelling(known)));
        Assert.Equal(known, Recognise(Spelling(known).ToUpperInvariant()));
        Assert.Equal(known, Recognise(Spelling(known).ToLowerInvariant()));
    });

    [Fact]
    public void A_name_with_one_character_more_less_or_other_is_another() => Assert.All(Known, static known =>
    {
        var name = Spelling(known);
        Assert.Equal(FieldName.Other, Recognise(name + "x"));
        Assert.Equal(FieldName.Other, Recognise(name[1..]));
        Assert.Equal(FieldName.Other, Recognise(name[..^1] + "\u00ff"));
        Assert.Equal(name.Contains('-', StringComparison.Ordinal) ? FieldName.Other : known, Recognise(name.Replace('-', '_')));
    });

    [Fact]
    public void Token_and_value_bytes_are_those_of_the_grammar()
    {
        for (var b = 0; b < 256; b++)
        {
            var c = (char)b;
            Assert.Equal(char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal), FieldNames.IsToken([(byte)b]));
            Assert.Equal(b is '\t' or (>= ' ' and not 0x7F), FieldNames.IsValue([(byte)b]));
            if (c == ':')
                continue;                                             // ends a name
            Assert.Equal(FieldNames.IsToken([(byte)b]), IsInName($"X{c}Y"));
            Assert.Equal(FieldNames.IsToken([(byte)b]), IsInName($"{c}XY"));
        }

        Assert.False(FieldNames.IsToken(default));
        Assert.True(FieldNames.IsValue(default));
    }

    [Fact]
    public void Only_ascii_letters_have_case()
    {
        Assert.True(FieldNames.EqualsIgnoreCase("aB-z"u8, "Ab-Z"u8));
        Assert.True(FieldNames.EqualsIgnoreCase("\u00e9"u8, "\u00e9"u8));
        Assert.False(FieldNames.EqualsIgnoreCase([0xE9], [0xC9]));
        Assert.False(FieldNames.EqualsIgnoreCase("@[`{"u8, "`{@["u8));
        Assert.False(FieldNames.EqualsIgnoreCase("a"u8, "ab"u8));
    }

    [Fact]
    public void No_byte_stands_for_another_in_a_known_name() => Assert.All(Known, static known =>
    {
        var name = Encoding.ASCII.GetBytes(Spelling(known));
        for (var at = 0; at < name.Length; at++)
        {
            var own = name[at];
            for (var other = 0; other < 256; other++)
            {
                name[at] = (byte)other;
                Assert.Equal(char.ToLowerInvariant((char)own) == other || char.ToUpperInvariant((char)own) == other, FieldNames.Recognise(name) == known);
            }

            name[at] = own;
        }
    });

    [Fact]
    public void Two_bytes_are_alike_wherever_they_stand_in_names_of_any_length()
    {
        Span<byte> a = stackalloc byte[20], b = stackalloc byte[20];
        for (var length = 1; length <= a.Length; length++)
        {
            a[..length].Fill((byte)'k');
            b[..length].Fill((byte)'K');
            foreach (var at in new[] { 0, length / 2, length - 1 }.Distinct())
            {
                for (var pair = 0; pair < 0x10000; pair++)
                {
                    (a[at], b[at]) = ((byte)pair, (byte)(pair >> 8));
                    if (FieldNames.EqualsIgnoreCase(a[..length], b[..length]) != (Lower(a[at]) == Lower(b[at])))
                        Assert.Fail($"bytes {a[at]} and {b[at]} at {at} of {length}");
                }

                (a[at], b[at]) = ((byte)'k', (byte)'K');
            }
        }

        static int Lower(byte b) => char.IsAsciiLetterUpper((char)b) ? b + 0x20 : b;
    }

    private static bool IsInName(string name) =>
        RequestHeadParser.Parse(Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: a\r\n{name}: v\r\n\r\n"), 0, HeadLimits.Request, new HeaderField[4]) is { Status: ParseStatus.Done, FieldCount: 2 };

    private static FieldName Recognise(string name) => FieldNames.Recognise(Encoding.Latin1.GetBytes(name));

    /// <summary>The name as the RFCs write it: a dash before each capital.</summary>
    private static string Spelling(FieldName known) => known == FieldName.Http2Settings
        ? "HTTP2-Settings"
        : string.Concat(known.ToString().Select(static (c, at) => at > 0 && char.IsAsciiLetterUpper(c) ? "-" + c : c.ToString()));
}
