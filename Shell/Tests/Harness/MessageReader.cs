using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>The lines of a message as they came, with look-up of fields.</summary>
internal sealed record MessageHead(string Text)
{
    public string FirstLine => Text.Split("\r\n", 2)[0];

    public IReadOnlyList<(string Name, string Value)> Fields { get; } = Text.TrimEnd('\r', '\n').Split("\r\n").Skip(1)
        .Select(static line => line.Split(':', 2)).Select(static pair => (pair[0], pair[1].Trim(' ', '\t'))).ToList();

    /// <summary>The values of every field of that name, in order.</summary>
    public IReadOnlyList<string> All(string name) =>
        Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static field => field.Value).ToList();

    /// <summary>The value of the only field of that name, or null when there is none.</summary>
    public string? this[string name] => All(name) switch
    {
        [] => null,
        [var only] => only,
        var several => throw new InvalidDataException($"{several.Count} fields {name}"),
    };
}

/// <summary>
/// Reads HTTP/1.1 messages the plain way, with no code of the proxy's: what it sends is judged by somebody else. Strict where a mistake of ours would hide: chunk sizes, line
/// ends and lengths must be exact.
/// </summary>
internal sealed class MessageReader(Stream stream)
{
    private const int HeadBytesMax = 1 << 20;

    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>Bytes read from the stream in all.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next head, or null when the stream ends before its first byte.</summary>
    public async Task<MessageHead?> HeadAsync(CancellationToken stop)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (length >= 0)
                return new MessageHead(Encoding.Latin1.GetString(Take(length + 4)));
            if (_end - _start > HeadBytesMax)
                throw new InvalidDataException("a head without end");
            var begun = _end > _start;
            if (await FillAsync(stop) == 0)
                return begun ? throw new EndOfStreamException("the stream ended inside a head: " + Encoding.Latin1.GetString(_buffer, _start, _end - _start)) : null;
        }
    }

    /// <summary>The body of a message with that head; until the end of the stream when <paramref name="untilEnd"/>.</summary>
    public async Task<(byte[] Body, IReadOnlyList<string> Trailers)> BodyAsync(MessageHead head, bool untilEnd, CancellationToken stop)
    {
        if (head["Transfer-Encoding"] is { } coding)
        {
            if (head["Content-Length"] is not null || !coding.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                throw new InvalidDataException("two framings, or an unknown one: " + head.Text);
            return await ChunkedAsync(stop);
        }

        if (head["Content-Length"] is { } length)
            return (await ExactlyAsync(int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture), stop), []);
        return (untilEnd ? await ToEndAsync(stop) : [], []);
    }

    public async Task<byte[]> ExactlyAsync(int count, CancellationToken stop)
    {
        var body = new byte[count];
        for (var filled = 0; filled < count;)
        {
            if (_start == _end && await FillAsync(stop) == 0)
                throw new EndOfStreamException($"the stream ended after {filled} of {count} bytes");
            var chunk = Take(Math.Min(count - filled, _end - _start));
            chunk.CopyTo(body, filled);
            filled += chunk.Length;
        }

        return body;
    }

    public async Task<byte[]> ToEndAsync(CancellationToken stop)
    {
        using var all = new MemoryStream();
        do
        {
            all.Write(Take(_end - _start));
        }
        while (await FillAsync(stop) > 0);
        return all.ToArray();
    }

    private async Task<(byte[] Body, IReadOnlyList<string> Trailers)> ChunkedAsync(CancellationToken stop)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var size = int.Parse((await LineAsync(stop)).Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0)
                break;
            body.Write(await ExactlyAsync(size, stop));
            if ((await LineAsync(stop)).Length > 0)
                throw new InvalidDataException("bytes after a chunk's data");
        }

        var trailers = new List<string>();
        while (await LineAsync(stop) is { Length: > 0 } line)
            trailers.Add(line);
        return (body.ToArray(), trailers);
    }

    private async Task<string> LineAsync(CancellationToken stop)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
            if (length >= 0)
                return Encoding.Latin1.GetString(Take(length + 2).AsSpan(0, length));
            if (await FillAsync(stop) == 0)
                throw new EndOfStreamException("the stream ended inside a chunked body");
        }
    }

    private byte[] Take(int count)
    {
        var taken = _buffer[_start..(_start + count)];
        _start += count;
        return taken;
    }

    private async Task<int> FillAsync(CancellationToken stop)
    {
        if (_start == _end)
            (_start, _end) = (0, 0);
        else if (_start > 0 && _end == _buffer.Length)
            (_buffer, _start, _end) = (Grown(_buffer[_start.._end]), 0, _end - _start);
        else if (_end == _buffer.Length)
            _buffer = Grown(_buffer);
        var count = await stream.ReadAsync(_buffer.AsMemory(_end), stop);
        _end += count;
        BytesRead += count;
        return count;
    }

    private static byte[] Grown(byte[] kept)
    {
        var larger = new byte[kept.Length * 2];
        kept.CopyTo(larger, 0);
        return larger;
    }
}
