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
        _ => 400,
    };

    /// <summary>One sentence for the person who sent it; empty for <see cref="HeadFault.None"/>.</summary>
    public static string Describe(HeadFault fault) => fault switch
    {
        HeadFault.None => "",
        HeadFault.BareLf => "a line ends in LF alone; lines end in CR LF",
        HeadFault.BareCr => "a CR stands alone; lines end in CR LF",
        HeadFault.EmptyLines => "more than one empty line before the request line",
        HeadFault.NotHttp => "this is not HTTP/1.1 in plain text",
        HeadFault.BadRequestLine => "the request line is not METHOD SP TARGET SP VERSION",
        HeadFault.RequestLineTooLong => "the request line is longer than the limit",
        HeadFault.BadMethod => "the method is not a token",
        HeadFault.MethodTooLong => "the method is longer than any known one",
        HeadFault.BadTarget => "the target has a character that must be percent-encoded, or is no path, URL or *",
        HeadFault.BadPercentEncoding => "a % in the path is not followed by two hex digits, or stands for NUL",
        HeadFault.PathAboveRoot => "the path climbs above the root",
        HeadFault.TargetFormMismatch => "this form of target does not fit the method",
        HeadFault.UnknownScheme => "the target's scheme is neither http nor https",
        HeadFault.UserInfo => "user information must not stand in a target",
        HeadFault.BadVersion => "the version is missing or not HTTP/1.1 or HTTP/1.0",
        HeadFault.UnsupportedVersion => "only HTTP/1.1 and HTTP/1.0 are spoken here",
        HeadFault.BadStatusLine => "the status line is not HTTP/1.x SP STATUS SP REASON",
        HeadFault.BadFieldName => "a field line has no colon, or its name is not a token directly before the colon",
        HeadFault.BadFieldValue => "a field value has a control character",
        HeadFault.FoldedLine => "a field line begins with white space; folded lines are not accepted",
        HeadFault.HeadTooLarge => "the header section is larger than the limit",
        HeadFault.TooManyFields => "there are more fields than the limit",
        HeadFault.MissingHost => "HTTP/1.1 needs a Host",
        HeadFault.RepeatedHost => "there is more than one Host",
        HeadFault.BadHost => "the host is not NAME[:PORT], an IPv4 address or a bracketed IPv6 address",
        HeadFault.LengthAndTransferEncoding => "Content-Length and Transfer-Encoding exclude each other",
        HeadFault.TransferEncodingOnHttp10 => "HTTP/1.0 has no Transfer-Encoding",
        HeadFault.BadTransferEncoding => "Transfer-Encoding must be exactly one chunked",
        HeadFault.UnknownTransferCoding => "chunked is the only transfer coding understood here",
        HeadFault.BadContentLength => "Content-Length must be one plain decimal number",
        HeadFault.RepeatedContentLength => "there is more than one Content-Length",
        HeadFault.TooManyNominations => "Connection names too many fields",
        HeadFault.BadNomination => "Connection names something that is not a field",
        HeadFault.ForbiddenNomination => "Connection must not name a field that is meant for the server",
        HeadFault.ConnectRefused => "CONNECT is not served here",
        HeadFault.TraceRefused => "TRACE is not served here",
        HeadFault.SchemeMismatch => "the target's scheme is not the one this connection speaks",
        HeadFault.UnknownExpectation => "100-continue is the only expectation that can be met here",
        HeadFault.BodyTooLarge => "the request body is larger than the limit",
        _ => throw new UnreachableException(),                       // a test goes through every case
    };
}
