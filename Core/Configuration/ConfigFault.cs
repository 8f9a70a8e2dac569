using System.Globalization;

namespace Fairlead.Configuration;

/// <summary>
/// Something wrong in a configuration: where, which kind, and one sentence saying what is wrong and what would be right. The sentence is one line without control
/// characters, whatever was quoted in it.
/// </summary>
public sealed record ConfigFault(ConfigPosition At, FaultCode Code, string Message)
{
    /// <summary>What is wrong and what would be right.</summary>
    public string Message { get; } = OneLine(Message);

    /// <summary>The code as it is printed and looked up: <c>FL0102</c>.</summary>
    public string CodeText => CodeTextOf(Code);

    /// <summary>The code of <paramref name="code"/> as it is printed.</summary>
    public static string CodeTextOf(FaultCode code) => "FL" + ((int)code).ToString("0000", CultureInfo.InvariantCulture);

    /// <summary><c>line:column: code: message</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.Line}:{At.Column}: {CodeText}: {Message}");

    private static string OneLine(string message) => string.Create(message.Length, message, static (line, text) =>
    {
        for (var i = 0; i < text.Length; i++)
            line[i] = char.IsControl(text[i]) ? '\uFFFD' : text[i];
    });

    /// <summary>The order of reading: by place, then by code, then by text.</summary>
    public static int Compare(ConfigFault left, ConfigFault right) => (left.At.CompareTo(right.At), left.Code.CompareTo(right.Code)) switch
    {
        (0, 0) => string.CompareOrdinal(left.Message, right.Message),
        (0, var byCode) => byCode,
        (var byPlace, _) => byPlace,
    };
}

/// <summary>
/// The kinds of faults, numbered for good: 01xx the text and its keys, 02xx one value, 03xx values that do not fit together, 04xx the world around.
/// </summary>
public enum FaultCode : ushort
{
    /// <summary>The text is not well-formed.</summary>
    Syntax = 101,
    /// <summary>A key nobody reads.</summary>
    UnknownKey = 102,
    /// <summary>A key written twice in one mapping.</summary>
    DuplicateKey = 103,
    /// <summary>A key that must be there is not.</summary>
    MissingKey = 104,
    /// <summary>A mapping where a list was expected, a list where a text was expected, …</summary>
    WrongShape = 105,
    /// <summary>A feature of the text format that configurations do not use (anchors, tags, several documents).</summary>
    UnsupportedSyntax = 106,
    /// <summary>The text is larger, deeper or has more values than <see cref="ConfigLimits"/> allow.</summary>
    TooLarge = 107,
    /// <summary>A <c>${VARIABLE}</c> that is not set or not well-formed.</summary>
    Variable = 108,
    /// <summary>Two keys of which only one may be there.</summary>
    ConflictingKeys = 109,

    /// <summary>Not a duration, or out of range.</summary>
    Duration = 201,
    /// <summary>Not a number of bytes, or out of range.</summary>
    Bytes = 202,
    /// <summary>Not a number, or out of range.</summary>
    Number = 203,
    /// <summary>Neither true nor false.</summary>
    Switch = 204,
    /// <summary>None of the words that may stand there.</summary>
    Choice = 205,
    /// <summary>Not the address of a backend.</summary>
    BackendAddress = 206,
    /// <summary>Not an address to listen on.</summary>
    ListenAddress = 207,
    /// <summary>Not a file mode.</summary>
    FileMode = 208,
    /// <summary>Not a weight.</summary>
    Weight = 209,
    /// <summary>Not an IP network.</summary>
    Network = 210,
    /// <summary>Not a set of status codes.</summary>
    StatusSet = 211,
    /// <summary>Not a field name.</summary>
    FieldName = 212,
    /// <summary>Not a field value.</summary>
    FieldValue = 213,
    /// <summary>A field that the proxy itself answers for (framing, hop-by-hop).</summary>
    FieldRefused = 214,
    /// <summary>Not a host, or a pattern of hosts.</summary>
    Host = 215,
    /// <summary>Not a path.</summary>
    Path = 216,
    /// <summary>Not the source of a hash key.</summary>
    KeySource = 217,
    /// <summary>Not a name for an upstream.</summary>
    Name = 218,
    /// <summary>Not a method a health check can use.</summary>
    Method = 219,
    /// <summary>Not a file name.</summary>
    FileName = 220,
    /// <summary>Not a percentage, or out of range.</summary>
    Percent = 221,
    /// <summary>Not a prime that a table can have the size of.</summary>
    TableSize = 222,
    /// <summary>Not the name of a cookie.</summary>
    CookieName = 223,
    /// <summary>Too short for a secret.</summary>
    Secret = 224,

    /// <summary>A route to an upstream that is not there.</summary>
    UnknownUpstream = 301,
    /// <summary>Nothing listens.</summary>
    NoListener = 302,
    /// <summary>Nothing to forward to.</summary>
    NoUpstream = 303,
    /// <summary>Nothing leads to an upstream.</summary>
    NoRoute = 304,
    /// <summary>An upstream without members.</summary>
    NoBackend = 305,
    /// <summary>The same address twice in one upstream.</summary>
    DuplicateBackend = 306,
    /// <summary>The same address listened on twice.</summary>
    DuplicateListener = 307,
    /// <summary>Two routes for the same host and path, of which the second is never taken.</summary>
    DuplicateRoute = 308,
    /// <summary>Every backend has weight 0, so that none is ever picked.</summary>
    NoWeight = 309,

    /// <summary>A file that is named cannot be read.</summary>
    FileUnreadable = 401,
}
