using System;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Origins;

/// <summary>What an origin wants of a request's head. A length of -1 says chunks.</summary>
internal sealed record SeenHead(string Method, string Target, int BodyLength, bool Waits);

/// <summary>Reads the requests of one connection with no code of the proxy's; anything it does not understand is an exception, and so a connection closed without an answer.</summary>
internal sealed class RequestReader(Socket socket)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _filled;

    /// <summary>The next head, or null when no more comes.</summary>
    public async Task<SeenHead?> HeadAsync()
    {
        if (await TextAsync("\r\n\r\n") is not { } text)
            return null;
        var lines = text.Split("\r\n");
        var (length, waits) = (0, false);
        foreach (var line in lines[1..])
        {
            if (line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(line.AsSpan(15).Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
            else if (line.StartsWith("transfer-encoding:", StringComparison.OrdinalIgnoreCase))
                length = -1;
            else if (line.StartsWith("expect:", StringComparison.OrdinalIgnoreCase))
                waits = true;
        }

        return new SeenHead(lines[0].Split(' ')[0], lines[0].Split(' ')[1], length, waits);
    }

    public async Task<string> BodyAsync(SeenHead head)
    {
        if (head.BodyLength >= 0)
            return await ExactlyAsync(head.BodyLength);
        var body = new StringBuilder();
        while (true)
        {
            var size = int.Parse(await TextAsync("\r\n") ?? throw Ended(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            var chunk = await ExactlyAsync(size + 2);
            if (size == 0)
                return body.ToString();
            body.Append(chunk.AsSpan(0, size));
        }
    }

    private async Task<string?> TextAsync(string end)
    {
        var mark = Encoding.ASCII.GetBytes(end);
        while (true)
        {
            var at = _buffer.AsSpan(0, _filled).IndexOf(mark);
            if (at >= 0)
                return Take(at + mark.Length)[..at];
            if (!await FillAsync())
                return _filled == 0 ? null : throw Ended();
        }
    }

    private async Task<string> ExactlyAsync(int count)
    {
        while (_filled < count)
        {
            if (!await FillAsync())
                throw Ended();
        }

        return Take(count);
    }

    private string Take(int count)
    {
        var text = Encoding.Latin1.GetString(_buffer, 0, count);
        _buffer.AsSpan(count, _filled - count).CopyTo(_buffer);
        _filled -= count;
        return text;
    }

    private async Task<bool> FillAsync()
    {
        if (_filled == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = await socket.ReceiveAsync(_buffer.AsMemory(_filled));
        _filled += count;
        return count > 0;
    }

    private static SocketException Ended() => new((int)SocketError.ConnectionReset);
}
