using System.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Properties.Http;

/// <summary>The field lines of a head, from so few names that lists and repetitions meet often.</summary>
public sealed record FieldCase(string[] Lines)
{
    public override string ToString() => string.Join(" | ", Lines);
}

/// <summary>Generates <see cref="FieldCase"/>.</summary>
public static class FieldCases
{
    private static readonly Gen<string> Names = Gen.Frequency(
        (5, Gen.Elements("A", "B", "X-Secret", "Accept", "Set-Cookie", "Date", "X_Id")),
        (3, Gen.Elements("Host", "Authorization", "Cookie", "Max-Forwards")),
        (4, Gen.Elements("Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Content-Length", "Upgrade",
            "HTTP2-Settings", "Expect")),
        (4, Gen.Elements("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "X-Forwarded-Port")),
        (1, from name in Gen.Elements("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Content-Length", "Transfer-Encoding", "X-Request-Id")
            from kept in Gen.Choose(0, 3)
            select Underscored(name, kept)));

    private static readonly Gen<string> AnyCase =
        from name in Names
        from form in Gen.Choose(0, 2)
        select form == 0 ? name : form == 1 ? name.ToLowerInvariant() : name.ToUpperInvariant();

    private static readonly Gen<string> Separators = Gen.Elements(",", ", ", " ,\t", ",,", " , , ");

    private static readonly Gen<string> Nominations =
        from members in Few(Gen.Frequency(
            (6, Gen.Elements("close", "keep-alive", "a", "B", "x-SECRET", "accept", "date", "upgrade", "te", "x_id")),
            (1, AnyCase),
            (1, Gen.Elements("a b", ":path", "\"a\"", "h\u00e9", ";"))), 11)
        from separator in Separators
        from edge in Gen.Elements("", "", ",", " ")
        select edge + string.Join(separator, members) + edge;

    private static readonly Gen<string> Via =
        from members in Few(Gen.Elements("1.1 fairlead", "1.0 FAIRLEAD (x)", "1.1 other", "fairlead", "1.1 fairlead2"), 3)
        from separator in Separators
        select string.Join(separator, members);

    private static readonly Gen<string> Lines = Gen.Frequency(
        (8, from name in AnyCase from value in Gen.Elements("", "1", "a, b", "x\u00ff", "1.1 fairlead") select name + ": " + value),
        (1, from nominations in Nominations select "Connection: " + nominations),
        (1, from via in Via select "Via: " + via));

    public static Arbitrary<FieldCase> Arbitrary() => Arb.From(Few(Lines, 12).Select(static lines => new FieldCase(lines)), static given =>
        Enumerable.Range(0, given.Lines.Length).Select(i => new FieldCase([.. given.Lines.Where((_, at) => at != i)])));

    public static Gen<T[]> Few<T>(Gen<T> elements, int max) => Gen.Choose(0, max).SelectMany(count => Gen.ArrayOf(elements, count));

    /// <summary>The name with each dash but one, or all of them, as an underscore.</summary>
    private static string Underscored(string name, int kept)
    {
        var dash = 0;
        return string.Concat(name.Select(c => c == '-' && ++dash != kept ? '_' : c));
    }
}
