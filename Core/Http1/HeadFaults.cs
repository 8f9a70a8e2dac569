using System.Diagnostics;

namespace Fairlead.Http1;

/// <summary>The answer to each <see cref="HeadFault"/> of a request: its status (RFC 9110 §15.5), and one sentence that says what would be right.</summary>
public static class HeadFaults
{
    /// <summary>The status; 0 for <see cref="HeadFault.None"/>.</summary>
    public static int StatusOf(HeadFault fault) => fault switch
    {
        HeadFault.None => 0,
        HeadFault.RequestLineTooLong => 414,
        HeadFault.HeadTooLarge or HeadFault.TooManyFields => 431,
        HeadFault.MethodTooLong or HeadFault.UnknownTransferCoding => 501,
        HeadFault.UnsupportedVersion => 505,
        HeadFault.ConnectRefused or HeadFault.TraceRefused => 405,
        HeadFault.SchemeMismatch => 421,
        HeadFault.UnknownExpectation => 417,
        HeadFault.BodyTooLarge => 413,
        HeadFault.BareLf or HeadFault.BareCr or HeadFault.EmptyLines or HeadFault.NotHttp => 400,
        HeadFault.BadRequestLine or HeadFault.BadMethod or HeadFault.BadVersion => 400,
        HeadFault.BadTarget or HeadFault.BadPercentEncoding or HeadFault.PathAboveRoot or HeadFault.TargetFormMismatch or HeadFault.UnknownScheme or HeadFault.UserInfo => 400,
        HeadFault.BadStatusLine => 400,                              // never in a request
        HeadFault.BadFieldName or HeadFault.BadFieldValue or HeadFault.FoldedLine => 400,
        HeadFault.MissingHost or HeadFault.RepeatedHost or HeadFault.BadHost => 400,
        HeadFault.LengthAndTransferEncoding or HeadFault.TransferEncodingOnHttp10 or HeadFault.BadTransferEncoding => 400,
        HeadFault.BadContentLength or HeadFault.RepeatedContentLength => 400,
        HeadFault.TooManyNominations or HeadFault.BadNomination or HeadFault.ForbiddenNomination => 400,
        _ => throw new UnreachableException(),                       // a test goes through every case
    };

    /// <summary>One sentence for the person who sent it; empty for <see cref="HeadFault.None"/>.</summary>
    public static string Describe(HeadFault fault) => fault switch
    {
        HeadFault.None => "",
        HeadFault.BareLf => "a line ends in LF alone; lines end in CR LF",
        HeadFault.BareCr => "a CR stands alone; lines end in CR LF",
        HeadFault.EmptyLines => "more than one empty line before the request line; one at most is skipped",
        HeadFault.NotHttp => "this is not HTTP/1.1 in plain text, which begins with a method",
        HeadFault.BadRequestLine => "the request line is not METHOD SP TARGET SP VERSION",
        HeadFault.RequestLineTooLong => "the request line is longer than the limit",
        HeadFault.BadMethod => "the method is not a token such as GET",
        HeadFault.MethodTooLong => "the method is longer than any known one, such as OPTIONS",
        HeadFault.BadTarget => "the target has a character that must be percent-encoded, or is no path, URL or *",
        HeadFault.BadPercentEncoding => "a % in the path is not followed by two hex digits, or stands for NUL; a % itself is written %25",
        HeadFault.PathAboveRoot => "the path has more .. segments than others before them, so it climbs above the root",
        HeadFault.TargetFormMismatch => "the target does not fit the method: * is for OPTIONS, HOST:PORT for CONNECT, all others take a path or URL",
        HeadFault.UnknownScheme => "the target's scheme is neither http nor https",
        HeadFault.UserInfo => "user information must not stand in a target; credentials go into Authorization",
        HeadFault.BadVersion => "the version is missing or not HTTP/1.1 or HTTP/1.0",
        HeadFault.UnsupportedVersion => "only HTTP/1.1 and HTTP/1.0 are spoken here",
        HeadFault.BadStatusLine => "the status line is not HTTP/1.x SP STATUS SP REASON",
        HeadFault.BadFieldName => "a field line has no colon, or its name is not a token directly before the colon",
        HeadFault.BadFieldValue => "a field value has a control character; only tabs may stand in it",
        HeadFault.FoldedLine => "a field line begins with white space; folded lines are not accepted",
        HeadFault.HeadTooLarge => "the header section is larger than the limit",
        HeadFault.TooManyFields => "there are more fields than the limit",
        HeadFault.MissingHost => "there is no Host; HTTP/1.1 needs exactly one",
        HeadFault.RepeatedHost => "there is more than one Host; exactly one is right",
        HeadFault.BadHost => "the host is not NAME[:PORT], an IPv4 address or a bracketed IPv6 address",
        HeadFault.LengthAndTransferEncoding => "Content-Length and Transfer-Encoding exclude each other",
        HeadFault.TransferEncodingOnHttp10 => "HTTP/1.0 has no Transfer-Encoding",
        HeadFault.BadTransferEncoding => "Transfer-Encoding must be exactly one chunked",
        HeadFault.UnknownTransferCoding => "chunked is the only transfer coding understood here",
        HeadFault.BadContentLength => "Content-Length must be one plain decimal number",
        HeadFault.RepeatedContentLength => "there is more than one Content-Length; exactly one is right",
        HeadFault.TooManyNominations => "Connection names too many fields; only those for this connection belong there",
        HeadFault.BadNomination => "Connection names something that is not a field name",
        HeadFault.ForbiddenNomination => "Connection must not name a field that is meant for the server",
        HeadFault.ConnectRefused => "CONNECT is not served here",
        HeadFault.TraceRefused => "TRACE is not served here",
        HeadFault.SchemeMismatch => "the target's scheme is not the one this connection speaks",
        HeadFault.UnknownExpectation => "100-continue is the only expectation that can be met here",
        HeadFault.BodyTooLarge => "the request body is larger than the limit",
        _ => throw new UnreachableException(),                       // a test goes through every case
    };
}
