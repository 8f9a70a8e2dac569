using System;
using System.Buffers;
using System.Buffers.Binary;

namespace Fairlead.Http1;

/// <summary>Names and values of fields as bytes (RFC 9110 §5.1, §5.5): recognised by length first, so that a usual name costs one comparison.</summary>
public static class FieldNames
{
    private const ulong Each = 0x0101_0101_0101_0101, Bit6 = 0x20 * Each, Bit7 = 0x40 * Each, Bit8 = 0x80 * Each;   // of each byte in eight

    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>The same, one for each byte.</summary>
    private static ReadOnlySpan<bool> IsTokenByte => [
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, true, false, true, true, true, true, true, false, false, true, true, false, true, true, false,
        true, true, true, true, true, true, true, true, true, true, false, false, false, false, false, false,
        false, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
        true, true, true, true, true, true, true, true, true, true, true, false, false, false, true, true,
        true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
        true, true, true, true, true, true, true, true, true, true, true, false, true, false, true, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
    ];

    /// <summary>Control characters other than tab; bytes from 0x80 are opaque and pass.</summary>
    private static readonly SearchValues<byte> NotInValues = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    /// <summary>Which known field a name is, in any case.</summary>
    public static FieldName Recognise(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => If(name, "te"u8, FieldName.Te),
        3 => If(name, "via"u8, FieldName.Via),
        4 => Either(name, "host"u8, FieldName.Host, "date"u8, FieldName.Date),
        6 => Either(name, "expect"u8, FieldName.Expect, "cookie"u8, FieldName.Cookie),
        7 => Either(name, "upgrade"u8, FieldName.Upgrade, "trailer"u8, FieldName.Trailer),
        9 => Either(name, "forwarded"u8, FieldName.Forwarded, "x-real-ip"u8, FieldName.XRealIp),
        10 => Either(name, "connection"u8, FieldName.Connection, "keep-alive"u8, FieldName.KeepAlive),
        12 => If(name, "max-forwards"u8, FieldName.MaxForwards),
        13 => If(name, "authorization"u8, FieldName.Authorization),
        14 => Either(name, "content-length"u8, FieldName.ContentLength, "http2-settings"u8, FieldName.Http2Settings),
        15 => If(name, "x-forwarded-for"u8, FieldName.XForwardedFor),
        16 => Either(name, "x-forwarded-host"u8, FieldName.XForwardedHost, "proxy-connection"u8, FieldName.ProxyConnection),
        17 => Either(name, "transfer-encoding"u8, FieldName.TransferEncoding, "x-forwarded-proto"u8, FieldName.XForwardedProto),
        18 => If(name, "proxy-authenticate"u8, FieldName.ProxyAuthenticate),
        19 => If(name, "proxy-authorization"u8, FieldName.ProxyAuthorization),
        _ => FieldName.Other,
    };

    /// <summary>Equality of ASCII text in any case; bytes outside ASCII must be equal as they are not letters here.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => BeginsAlike(a, b) && GoesOnAlike(a, b);

    /// <summary>True when <paramref name="name"/> is <paramref name="of"/> with underscores for dashes: CGI-like backends read both as one variable (RFC 3875 §4.1.18).</summary>
    public static bool IsTwin(ReadOnlySpan<byte> name, ReadOnlySpan<byte> of)
    {
        if (name.Length != of.Length)
            return false;
        var differs = false;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == (byte)'_' && of[i] == (byte)'-')
                differs = true;
            else if (!EqualsIgnoreCase(name.Slice(i, 1), of.Slice(i, 1)))
                return false;
        }

        return differs;
    }

    /// <summary>True for a token (RFC 9110 §5.6.2): what a method and a field name are.</summary>
    public static bool IsToken(ReadOnlySpan<byte> name) => !name.IsEmpty && !name.ContainsAnyExcept(TokenBytes);

    /// <summary>How many bytes of a token stand at the start: byte by byte, as field names are too short for vectors to pay.</summary>
    internal static int TokenLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && IsTokenByte[text[length]])
            length++;
        return length;
    }

    /// <summary>True when nothing in it could end a field line or confuse a reader: no control character except tab.</summary>
    public static bool IsValue(ReadOnlySpan<byte> value) => !value.ContainsAny(NotInValues);

    private static FieldName If(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known, FieldName field) => IsKnown(name, known) ? field : FieldName.Other;

    private static FieldName Either(ReadOnlySpan<byte> name, ReadOnlySpan<byte> first, FieldName firstField, ReadOnlySpan<byte> second, FieldName secondField) =>
        IsKnown(name, first) ? firstField : If(name, second, secondField);

    // A known name is of the same length, and of small letters, digits and dashes: what has the bit 0x40 in it is a letter, and may come with or without the bit 0x20.
    private static bool IsKnown(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known)
    {
        if (known.Length <= sizeof(ulong))
            return IsKnown(ShortWord(name), ShortWord(known));
        var last = known.Length - sizeof(ulong);
        for (var at = 0; at < last; at += sizeof(ulong))
        {
            if (!IsKnown(Word(name, at), Word(known, at)))
                return false;
        }

        return IsKnown(Word(name, last), Word(known, last));
    }

    private static bool IsKnown(ulong name, ulong known) => (name | ((known & Bit7) >> 1)) == known;

    // What most names fail already, without a call. Two bytes that differ in case differ in the bit 0x20.
    private static bool BeginsAlike(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => a.Length == b.Length && (a.IsEmpty || ((a[0] ^ b[0]) & ~0x20) == 0);

    // Names are too short for vectors to pay: eight bytes at a time, the last eight overlapping those before.
    private static bool GoesOnAlike(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length <= sizeof(ulong))
            return AreAlike(ShortWord(a), ShortWord(b));
        var last = a.Length - sizeof(ulong);
        for (var at = 0; at < last; at += sizeof(ulong))
        {
            if (!AreAlike(Word(a, at), Word(b, at)))
                return false;
        }

        return AreAlike(Word(a, last), Word(b, last));
    }

    // Eight bytes in one number each: they may differ in the bit 0x20 of those that are letters.
    private static bool AreAlike(ulong a, ulong b)
    {
        var differs = a ^ b;
        if (differs == 0)
            return true;
        var lower = a | Bit6;
        var ascii = lower & ~Bit8;
        var letters = (ascii + ((0x80 - 'a') * Each)) & ~(ascii + ((0x7F - 'z') * Each)) & ~lower & Bit8;   // sums that reach the top bit, which no byte carries over
        return (differs & ~(letters >> 2)) == 0;
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    // Every byte of up to eight, some of them twice.
    private static ulong ShortWord(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        0 => 0,
        < sizeof(uint) => bytes[0] | ((ulong)bytes[bytes.Length / 2] << 8) | ((ulong)bytes[^1] << 16),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]) << 32),
    };
}
