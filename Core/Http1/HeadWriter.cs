using System;
using System.Buffers.Text;
using Fairlead.Http;
using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>
/// Writes a head into a span lent by the caller. What does not fit is not written and sets <see cref="Overflowed"/>; the caller starts again with more room. Framing is only
/// ever written by <see cref="Framing"/>, so no head has two.
/// </summary>
public ref struct HeadWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>True when something did not fit: what was written is no head.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Bytes written.</summary>
    public int Written { get; private set; }

    /// <summary>The first line of a request, in HTTP/1.1.</summary>
    public void RequestLine(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        var line = Take(method.Length + 1 + target.Length + 11);
        if (line.IsEmpty)
            return;
        method.CopyTo(line);
        line[method.Length] = (byte)' ';
        target.CopyTo(line[(method.Length + 1)..]);
        " HTTP/1.1\r\n"u8.CopyTo(line[^11..]);
    }

    /// <summary>The first line of a response, in HTTP/1.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A status without three digits.</exception>
    public void StatusLine(int status, ReadOnlySpan<byte> reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 999);
        var line = Take(13 + reason.Length + 2);
        if (line.IsEmpty)
            return;
        "HTTP/1.1 "u8.CopyTo(line);
        line[9] = (byte)('0' + (status / 100));
        line[10] = (byte)('0' + (status / 10 % 10));
        line[11] = (byte)('0' + (status % 10));
        line[12] = (byte)' ';
        reason.CopyTo(line[13..]);
        Crlf(line);
    }

    /// <summary>A field line. Name and value are valid: <see cref="FieldNames.IsToken"/>, <see cref="FieldNames.IsValue"/>.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        var line = Take(name.Length + 2 + value.Length + 2);
        if (line.IsEmpty)
            return;
        name.CopyTo(line);
        line[name.Length] = (byte)':';
        line[name.Length + 1] = (byte)' ';
        value.CopyTo(line[(name.Length + 2)..]);
        Crlf(line);
    }

    /// <summary>
    /// Field lines as they are, less framing and hop-by-hop ones, which belong to the connection they came over. Neighbours that stand in the arena as they are to be written are
    /// copied at once.
    /// </summary>
    public void Fields(ReadOnlySpan<byte> arena, ReadOnlySpan<HeaderField> fields)
    {
        var run = default(Slice);
        foreach (ref readonly var field in fields)
        {
            if (HopByHop.IsHopByHop(field.Known))
                continue;
            var isWhole = IsWholeLine(arena, field);
            if (!isWhole || run.End != field.Name.Start)
            {
                Append(run.Of(arena));
                run = new Slice(field.Name.Start, 0);
            }

            if (isWhole)
                run = run with { Length = field.Value.End + 2 - run.Start };
            else
                Field(field.Name.Of(arena), field.Value.Of(arena));
        }

        Append(run.Of(arena));
    }

    /// <summary>The field that says how long the body is; nothing for no body and for one that ends with the connection.</summary>
    public void Framing(BodyFraming framing)
    {
        if (framing.Kind == BodyKind.Chunked)
        {
            Append("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (framing.Kind == BodyKind.Length)
        {
            Append("Content-Length: "u8);
            AppendNumber(framing.Length);
            Append("\r\n"u8);
        }
    }

    /// <summary>The blank line.</summary>
    public void End() => Append("\r\n"u8);

    // name ": " value CRLF, in one piece
    private static bool IsWholeLine(ReadOnlySpan<byte> arena, in HeaderField field)
    {
        var (name, value) = (field.Name.End, field.Value.End);
        return field.Value.Start == name + 2 && value + 2 <= arena.Length
               && arena[name] == (byte)':' && arena[name + 1] == (byte)' ' && arena[value] == (byte)'\r' && arena[value + 1] == (byte)'\n';
    }

    // Room for something that is written whole or not at all; empty when there is none.
    private Span<byte> Take(int length)
    {
        if (Overflowed || length > _destination.Length - Written)
        {
            Overflowed = true;
            return default;
        }

        var room = _destination.Slice(Written, length);
        Written += length;
        return room;
    }

    private static void Crlf(Span<byte> line) => (line[^2], line[^1]) = ((byte)'\r', (byte)'\n');

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Overflowed = Overflowed || !bytes.TryCopyTo(_destination[Written..]);
        if (!Overflowed)
            Written += bytes.Length;
    }

    private void AppendNumber(long number)
    {
        var count = 0;
        Overflowed = Overflowed || !Utf8Formatter.TryFormat(number, _destination[Written..], out count);
        if (!Overflowed)
            Written += count;
    }
}
