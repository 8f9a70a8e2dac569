using System;
using System.Globalization;
using System.Text;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Proxy.Sessions;

/// <summary>Writes whole heads into a send buffer, making it larger for a long one. Framing and Connection are always ours.</summary>
internal static class MessageWriter
{
    private static byte[] _date = [];
    private static long _dateSecond;

    public static void Write(SendBuffer buffer, RequestHeader request, BodyFraming framing, bool expectsContinue, Slice upgrade)
    {
        var target = request.ForwardedTarget();
        while (true)
        {
            var writer = new HeadWriter(buffer.Space);
            writer.RequestLine(request.MethodBytes, target);
            writer.Fields(request.Arena, request.Fields);
            writer.Framing(framing);
            if (expectsContinue && framing.Kind != BodyKind.None)
                writer.Field("Expect"u8, "100-continue"u8);
            if (!upgrade.IsEmpty)
                WriteUpgrade(ref writer, upgrade.Of(request.Arena));
            writer.End();
            if (Fits(buffer, writer))
                return;
        }
    }

    /// <summary>The last head on a connection that carries <paramref name="protocol"/> from now on.</summary>
    public static void WriteSwitch(SendBuffer buffer, ResponseHeader response, Slice protocol)
    {
        while (true)
        {
            var writer = new HeadWriter(buffer.Space);
            writer.StatusLine(response.Status, response.ReasonBytes);
            writer.Fields(response.Arena, response.Fields);
            WriteUpgrade(ref writer, protocol.Of(response.Arena));
            writer.End();
            if (Fits(buffer, writer))
                return;
        }
    }

    public static void WriteInformational(SendBuffer buffer, ResponseHeader response)
    {
        while (true)
        {
            var writer = new HeadWriter(buffer.Space);
            writer.StatusLine(response.Status, response.ReasonBytes);
            writer.Fields(response.Arena, response.Fields);
            writer.End();
            if (Fits(buffer, writer))
                return;
        }
    }

    public static void WriteResponse(SendBuffer buffer, ResponseHeader response, BodyFraming framing, bool keeps, HttpVersion clientVersion)
    {
        while (true)
        {
            var writer = new HeadWriter(buffer.Space);
            writer.StatusLine(response.Status, response.ReasonBytes);
            writer.Fields(response.Arena, response.Fields);
            if (!response.Has(FieldName.Date))
                writer.Field("Date"u8, Date());
            WriteEnd(ref writer, framing, keeps, clientVersion);
            if (Fits(buffer, writer))
                return;
        }
    }

    public static void WriteAnswer(SendBuffer buffer, int status, BodyFraming framing, string contentType, bool keeps, HttpVersion clientVersion, bool listsMethods)
    {
        Span<byte> type = stackalloc byte[128];
        type = type[..Encoding.Latin1.GetBytes(contentType.AsSpan(0, Math.Min(contentType.Length, type.Length)), type)];
        while (true)
        {
            var writer = new HeadWriter(buffer.Space);
            writer.StatusLine(status, Reasons.Of(status));
            writer.Field("Date"u8, Date());
            if (framing.Length > 0)
                writer.Field("Content-Type"u8, type);
            writer.Field("Cache-Control"u8, "no-store"u8);
            if (listsMethods)
                writer.Field("Allow"u8, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"u8);
            if (status == 503)
                writer.Field("Retry-After"u8, "1"u8);
            WriteEnd(ref writer, framing, keeps, clientVersion);
            if (Fits(buffer, writer))
                return;
        }
    }

    private static void WriteUpgrade(ref HeadWriter writer, ReadOnlySpan<byte> protocols)
    {
        writer.Field("Connection"u8, "Upgrade"u8);
        writer.Field("Upgrade"u8, protocols);
    }

    private static void WriteEnd(ref HeadWriter writer, BodyFraming framing, bool keeps, HttpVersion clientVersion)
    {
        writer.Framing(framing);
        if (!keeps)
            writer.Field("Connection"u8, "close"u8);
        else if (clientVersion == HttpVersion.Http10)
            writer.Field("Connection"u8, "keep-alive"u8);
        writer.End();
    }

    private static bool Fits(SendBuffer buffer, in HeadWriter writer)
    {
        if (writer.Overflowed)
        {
            buffer.Grow();
            return false;
        }

        buffer.Wrote(writer.Written);
        return true;
    }

    /// <summary>The time as RFC 9110 §5.6.7 wants it; made once a second.</summary>
    private static ReadOnlySpan<byte> Date()
    {
        var now = DateTime.UtcNow;
        var second = now.Ticks / TimeSpan.TicksPerSecond;
        if (second != _dateSecond)
        {
            _date = Encoding.ASCII.GetBytes(now.ToString("R", CultureInfo.InvariantCulture));
            _dateSecond = second;
        }

        return _date;
    }
}
