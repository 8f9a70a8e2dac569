using System.Collections.Generic;
using System.IO;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Console.Terminals;
using Fairlead.Primitives;

namespace Fairlead.Console.Mapping;

/// <summary>A line of standard input as a request: its number from 0, its text, and a draw that depends on the seed and the number alone.</summary>
internal readonly record struct NumberedKey(ulong Number, string Text, ulong Draw);

/// <summary>The keys on standard input, one a line.</summary>
internal sealed class KeyStream(Terminal terminal, ulong seed)
{
    private ulong _complainedOf = ulong.MaxValue;

    public IEnumerable<NumberedKey> Read()
    {
        var entropy = new Entropy(seed);
        using var lines = new StreamReader(terminal.OpenInput(), Encoding.UTF8);
        for (var number = 0UL; lines.ReadLine() is { } text; number++)
        {
            (var draw, entropy) = entropy.Draw();
            yield return new NumberedKey(number, text, draw);
        }
    }

    /// <summary>The backend of a key, or <see cref="Picker.None"/>; a line that cannot be a key of the policy is told once.</summary>
    public int Pick(Selector selector, in NumberedKey key)
    {
        if (PickKey.OfText(selector.Policy, key.Text).Case is byte[] bytes)
            return selector.Picker.Pick(new PickInput { Ticket = key.Number, Entropy = key.Draw, Key = bytes });
        if (_complainedOf != key.Number)
            terminal.Error.WriteLine($"fairlead: line {key.Number + 1}: '{key.Text}' is not an IP address");
        _complainedOf = key.Number;
        return Picker.None;
    }
}
