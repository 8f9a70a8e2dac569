using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fairlead.Properties.Fuzz;

namespace Fairlead.Shell.Tests.Fuzz;

/// <summary>A request as an origin saw it.</summary>
internal sealed record SeenRequest(StrictMessage Message, bool IsWhole);

/// <summary>
/// One backend connection of a fuzzed session: reads strictly, keeps what it saw, answers with the number of the request. Sometimes early, in chunks, until close, or nearly
/// right; and changes the protocol when it is asked to, every other time, to one that echoes.
/// </summary>
internal sealed class FuzzOrigin
{
    private readonly Dice _dice;
    private readonly StringBuilder _received = new();
    private readonly StringBuilder _tunnelled = new();
    private readonly List<SeenRequest> _seen = [];
    private readonly HashSet<string> _mangled;
    private int _at;
    private bool _hasAnswered;
    private bool _hasEnded;

    public FuzzOrigin(Dice dice, HashSet<string> mangled)
    {
        (_dice, _mangled) = (dice, mangled);
        Transport = new MemoryTransport { Sent = Receive, ShutDown = End };
    }

    public MemoryTransport Transport { get; }

    public IReadOnlyList<SeenRequest> Seen
    {
        get
        {
            lock (_seen)
                return [.. _seen];
        }
    }

    /// <summary>The request that turned the connection into a tunnel; empty while none has.</summary>
    public string TunnelId { get; private set; } = "";

    /// <summary>What came through the tunnel, and went back.</summary>
    public string Tunnelled
    {
        get
        {
            lock (_seen)
                return _tunnelled.ToString();
        }
    }

    /// <summary>Bytes that are no request, if any came.</summary>
    public string? Nonsense { get; private set; }

    private void Receive(string text)
    {
        lock (_seen)
        {
            if (TunnelId.Length > 0)
            {
                Echo(text);
                return;
            }

            _received.Append(text);
            var all = _received.ToString();
            while (_at < all.Length && Nonsense is null)
            {
                var (found, message) = StrictReader.Request(all, _at);
                if (found == Found.Wrong)
                    Nonsense = all[_at..];
                if (message is null)
                    return;
                if (_seen is [.., { IsWhole: false }])
                    _seen[^1] = new SeenRequest(message, found == Found.Message);
                else
                    _seen.Add(new SeenRequest(message, found == Found.Message));
                if (!_hasAnswered && (found == Found.Message || _dice.OneIn(16)))
                    Answer(message);
                if (found != Found.Message)
                    return;
                (_at, _hasAnswered) = (message.End, false);
                if (TunnelId.Length == 0)
                    continue;
                Echo(all[_at..]);
                return;
            }
        }
    }

    private void Echo(string text)
    {
        _tunnelled.Append(text);
        if (text.Length > 0)
            Transport.Arrive(text);
    }

    /// <summary>The other side ended a tunnel: so do we.</summary>
    private void End()
    {
        if (TunnelId.Length > 0)
            Transport.End();
    }

    private void Answer(StrictMessage request)
    {
        _hasAnswered = true;
        if (_hasEnded)
            return;
        var id = request.All("X-Fuzz-Id").FirstOrDefault() ?? "none";
        var body = $"{id} {request.Method} {request.Target}";
        var hasBody = request.Method != "HEAD";
        var switches = request.Method == "GET" && request.All("Upgrade") is ["websocket"] && _dice.OneIn(2);
        if (switches)
            TunnelId = id;
        var (answer, ends) = switches ? ("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", false) : _dice.Below(10) switch
        {
            0 or 1 => ($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{(hasBody ? $"{body.Length:x}\r\n{body}\r\n0\r\nX-Sum: 1\r\n\r\n" : "")}", false),
            2 => ($"HTTP/1.1 200 OK\r\n\r\n{(hasBody ? body : "")}", true),
            3 => ($"HTTP/1.0 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{(hasBody ? body : "")}", true),
            4 => ($"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: {body.Length}\r\n\r\n{(hasBody ? body : "")}", false),
            _ => ($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nDate: x\r\n\r\n{(hasBody ? body : "")}", false),
        };
        if (_dice.OneIn(8))
        {
            _mangled.Add(id);
            var bytes = Encoding.Latin1.GetBytes(answer);
            answer = Encoding.Latin1.GetString(Mutator.Mutate(bytes, bytes, _dice));
            ends |= _dice.OneIn(2);
        }

        for (var at = 0; at < answer.Length;)
        {
            var length = _dice.OneIn(2) ? answer.Length - at : 1 + _dice.Below(answer.Length - at);
            Transport.Arrive(answer.Substring(at, length));
            at += length;
        }

        if (!ends && !_mangled.Contains(id))
            return;
        _hasEnded = true;
        Transport.End();                                             // after a mangled answer the proxy might wait for more
    }
}
