using System.Collections.Generic;
using System.Runtime.CompilerServices;
using LanguageExt.ClassInstances;

namespace Fairlead.Console;

/// <summary>What LanguageExt does when it first compares or hashes anything.</summary>
internal static class TypeClasses
{
    /// <summary>
    /// It loads every assembly the program refers to and looks through all their types for instances of its type classes, a third of the time to start. Nothing here has an instance of its own, and those of
    /// LanguageExt compare as <see cref="EqualityComparer{T}.Default"/> does, which is taken where none is found. In a native binary there is nothing to look through (native.targets).
    /// </summary>
    public static void LookForNone()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
            return;
        var none = (ClassInstancesAssembly)RuntimeHelpers.GetUninitializedObject(typeof(ClassInstancesAssembly));       // its constructor is what looks
        (none.Types, none.Structs, none.AllClassInstances, none.ClassInstances) = ([], [], [], []);
        ClassInstancesAssembly.singleton = none;
    }
}
