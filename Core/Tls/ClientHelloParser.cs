using System;
using Fairlead.Http1;

namespace Fairlead.Tls;

/// <summary>What a ClientHello says of whom it is for. <c>default</c> needs more.</summary>
/// <param name="Status">Whether it was read.</param>
/// <param name="NameLength">Bytes of the server name in the buffer that was lent; 0 when the client did not say.</param>
/// <param name="Length">Bytes of the records that carry it.</param>
public readonly record struct ClientHello(ParseStatus Status, int NameLength, int Length);

/// <summary>
/// Reads the server name of a TLS ClientHello (RFC 8446 §4.1.2 and §5.1, RFC 6066 §3) without terminating TLS. Total: any bytes, no exception, no allocation. A strict prefix
/// of a whole hello needs more; what follows it changes nothing. It may be spread over records as its sender likes.
/// </summary>
public static class ClientHelloParser
{
    /// <summary>Records with a hello are at most this long in all (nginx's preread_buffer_size and HAProxy's bufsize: 16 KiB; with post-quantum key shares browsers send about 2 KiB).</summary>
    public const int BytesMax = 16 * 1024;

    /// <summary>A host name in the DNS is no longer (RFC 1035 §2.3.4).</summary>
    public const int NameBytesMax = 255;

    private const int ClientHelloType = 1;
    private const int VersionAndRandomBytes = 2 + 32;
    private const int SessionIdBytesMax = 32;
    private const int ServerNameExtension = 0;
    private const int HostName = 0;

    /// <summary>Reads the hello at the start of <paramref name="input"/>. Its name goes into <paramref name="name"/> (at least <see cref="NameBytesMax"/>), in lower case.</summary>
    public static ClientHello ServerName(ReadOnlySpan<byte> input, Span<byte> name)
    {
        var reader = new HandshakeReader(input, BytesMax);
        var status = Read(ref reader, name, out var nameLength);
        return status == ParseStatus.Done ? new ClientHello(status, nameLength, reader.At) : new ClientHello(status, 0, 0);
    }

    private static ParseStatus Read(ref HandshakeReader reader, Span<byte> name, out int nameLength)
    {
        nameLength = 0;
        if (!reader.TryNumber(1, out var type))
            return reader.Failure;
        if (type != ClientHelloType)
            return ParseStatus.Invalid;
        if (!reader.TryNumber(3, out var length))
            return reader.Failure;
        if (length > BytesMax)
            return ParseStatus.Invalid;
        var left = length;
        if (!TrySkip(ref reader, ref left, VersionAndRandomBytes)
            || !TryLength(ref reader, ref left, 1, 0, SessionIdBytesMax, out var sessionId) || !TrySkip(ref reader, ref left, sessionId)
            || !TryLength(ref reader, ref left, 2, 2, ushort.MaxValue - 1, out var suites) || !TrySkip(ref reader, ref left, suites)
            || !TryLength(ref reader, ref left, 1, 1, byte.MaxValue, out var methods) || !TrySkip(ref reader, ref left, methods))
        {
            return reader.Failure;
        }

        if (suites % 2 != 0)
            return ParseStatus.Invalid;
        return left == 0 ? ParseStatus.Done                          // TLS 1.2 and older: no extensions at all
            : Extensions(ref reader, left, name, out nameLength) ? ParseStatus.Done : reader.Failure;
    }

    private static bool Extensions(ref HandshakeReader reader, int left, Span<byte> name, out int nameLength)
    {
        nameLength = 0;
        if (!TryLength(ref reader, ref left, 2, 0, ushort.MaxValue, out var all))
            return false;
        if (all != left)
            return reader.Refuse();                                  // they are the last thing in a hello
        var hasName = false;
        while (left > 0)
        {
            if (!TryTake(ref reader, ref left, 2, out var type) || !TryLength(ref reader, ref left, 2, 0, ushort.MaxValue, out var length))
                return false;
            if (type != ServerNameExtension)
            {
                if (!TrySkip(ref reader, ref left, length))
                    return false;
                continue;
            }

            if (hasName)
                return reader.Refuse();                              // no extension twice (RFC 8446 §4.2)
            hasName = true;
            left -= length;
            if (!Names(ref reader, length, name, out nameLength))
                return false;
        }

        return true;
    }

    /// <summary>The extension's list: one host name, perhaps with names of types nobody has defined, which are skipped.</summary>
    private static bool Names(ref HandshakeReader reader, int left, Span<byte> name, out int nameLength)
    {
        nameLength = 0;
        if (!TryLength(ref reader, ref left, 2, 1, ushort.MaxValue, out var all))
            return false;
        if (all != left)
            return reader.Refuse();
        while (left > 0)
        {
            if (!TryTake(ref reader, ref left, 1, out var type) || !TryLength(ref reader, ref left, 2, 1, ushort.MaxValue, out var length))
                return false;
            if (type != HostName)
            {
                if (!TrySkip(ref reader, ref left, length))
                    return false;
                continue;
            }

            if (nameLength > 0 || length > NameBytesMax)
                return reader.Refuse();
            if (!reader.TryCopy(name[..length]))
                return false;
            if (!TryLower(name[..length]))
                return reader.Refuse();
            nameLength = length;
            left -= length;
        }

        return true;
    }

    /// <summary>Letters, digits, hyphens and dots are a host name's; underscores are in use. Everything else would only be read differently by somebody else.</summary>
    private static bool TryLower(Span<byte> name)
    {
        foreach (ref var c in name)
        {
            if (c is >= (byte)'A' and <= (byte)'Z')
                c |= 0x20;
            if (c is not (>= (byte)'a' and <= (byte)'z' or >= (byte)'0' and <= (byte)'9' or (byte)'-' or (byte)'.' or (byte)'_'))
                return false;
        }

        return true;
    }

    private static bool TryTake(ref HandshakeReader reader, ref int left, int bytes, out int number)
    {
        number = 0;
        if (left < bytes)
            return reader.Refuse();
        left -= bytes;
        return reader.TryNumber(bytes, out number);
    }

    /// <summary>A length in <paramref name="bytes"/> bytes, within its bounds and within what is left.</summary>
    private static bool TryLength(ref HandshakeReader reader, ref int left, int bytes, int min, int max, out int length) =>
        TryTake(ref reader, ref left, bytes, out length) && ((length >= min && length <= max && length <= left) || reader.Refuse());

    private static bool TrySkip(ref HandshakeReader reader, ref int left, int bytes)
    {
        if (left < bytes)
            return reader.Refuse();
        left -= bytes;
        return reader.TrySkip(bytes);
    }
}
